"""Turns what connections raise into words; apart from the kinds of failures, which need no TLS."""

from __future__ import annotations

import socket
import ssl
from http.client import HTTPException

from secguard.net.failure import AskError, Failure

_REASONS = (
    ((socket.gaierror,), "cannot be reached: its name is not known here"),
    ((ConnectionRefusedError,), "cannot be reached: nothing listens at its address"),
    ((socket.timeout, TimeoutError), "gives no answer in time"),
    ((ConnectionError, HTTPException), "breaks the answer off"),
)


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
