"""Why a server's answer is not there, or is not to be used."""

from __future__ import annotations

import enum

from secguard.errors import SecguardError


class Failure(enum.Enum):
    """What went wrong; only `UNTRUSTED` and `MISSING` say something about what was asked for."""

    UNREACHABLE = "unreachable"
    LIMITED = "rate-limited"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    UNTRUSTED = "untrusted"
    """An answer that shows a fault or an attack: never to be passed over."""


class AskError(SecguardError):
    """A question to a server without a usable answer; the message never holds a header."""

    def __init__(self, failure: Failure, message: str) -> None:
        """Keep the kind beside the sentence, the end of one that begins with the server."""
        super().__init__(message, "")
        self.failure = failure
