"""Why a server's answer is not there, or is not to be used."""

from __future__ import annotations

import enum
import socket
import ssl
from http.client import HTTPException

from secguard.errors import SecguardError

_REASONS = (
    ((socket.gaierror,), "cannot be reached: its name is not known here"),
    ((ConnectionRefusedError,), "cannot be reached: nothing listens at its address"),
    ((socket.timeout, TimeoutError), "gives no answer in time"),
    ((ConnectionError, HTTPException), "breaks the answer off"),
)


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


def told(fault: Exception) -> AskError:
    """Turn a fault of a connection into words; what was sent, or came, is not among them."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        why = fault.verify_message or "it cannot be verified"
        return AskError(Failure.UNTRUSTED, f"shows a certificate that is refused: {why}")
    ended = isinstance(fault, (ssl.SSLZeroReturnError, ssl.SSLEOFError))
    if isinstance(fault, ssl.SSLError) and not ended and "timed out" not in str(fault):
        return AskError(Failure.UNTRUSTED, "does not speak TLS as it should")
    why = next((text for kinds, text in _REASONS if isinstance(fault, kinds)), "")
    return AskError(Failure.UNREACHABLE, why or f"cannot be reached ({type(fault).__name__})")
