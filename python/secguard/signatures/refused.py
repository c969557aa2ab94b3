"""The one error of this package."""

from __future__ import annotations

from secguard.errors import SecguardError


class Refused(SecguardError):
    """Something that does not count; the message is the end of a sentence: why it does not."""

    def __init__(self, message: str) -> None:
        """Keep the reason, which never quotes what was read."""
        super().__init__(message, "see docs/signatures.md")
