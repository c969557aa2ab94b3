"""Why a registry's answer is not there, or is not to be used."""

from __future__ import annotations

import enum

from secguard.errors import SecguardError


class Failure(enum.Enum):
    """What went wrong; only `UNTRUSTED` and `MISSING` say something about the image."""

    UNREACHABLE = "unreachable"
    LIMITED = "rate-limited"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    UNTRUSTED = "untrusted"
    """An answer that shows a fault or an attack: never to be passed over."""


class RegistryError(SecguardError):
    """A question to a registry without a usable answer; the message never holds a header."""

    def __init__(self, failure: Failure, message: str) -> None:
        """Keep the kind beside the sentence, the end of one that begins with the registry."""
        super().__init__(message, "")
        self.failure = failure
