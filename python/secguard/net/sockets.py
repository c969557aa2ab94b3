"""Sockets to addresses that were looked at, read from for a limited time."""

from __future__ import annotations

import io
import socket
import time
from dataclasses import dataclass
from typing import Any

from secguard.net.address import is_public
from secguard.net.failure import AskError, Failure


def left(end: float) -> float:
    """Give the seconds until a moment; raise a timeout where it has come."""
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise socket.timeout("out of time")
    return seconds


@dataclass
class Deadline:
    """How long reading may last, and how much may come, whatever the server says of lengths."""

    end: float
    """The moment, of the monotonic clock."""
    most: int
    """Bytes, those around the body included."""


class Timed:
    """A socket to read from, within a deadline however slowly or much it sends."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        """Take a socket and the deadline."""
        self._sock = sock
        self._deadline = deadline

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """Give a stream, as `socket.makefile` does."""
        return io.BufferedReader(_Raw(self._sock, self._deadline))


class _Raw(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline
        self._inner = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(left(self._deadline.end))
        count = self._inner.readinto(buffer)
        self._deadline.most -= count or 0
        # NOTE: a chunk of a negative size would be read to the end of the stream, at once.
        if self._deadline.most < 0:
            raise AskError(Failure.UNTRUSTED, "sends more than an answer can hold")
        return count

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


def connected(host: str, port: int, end: float, blame: Failure | None) -> socket.socket:
    """Connect to the very address that was looked at, so that a name cannot change between.

    `blame` is what a private address is, None where it is allowed.
    """
    error: OSError | None = None
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    usable = [one for one in found if blame is None or is_public(str(one[4][0]))]
    if found and not usable and blame is not None:
        raise forbidden(host, blame)
    for family, kind, protocol, _, address in usable:
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(left(end))
            made.connect(address)
            return made
        except OSError as fault:
            made.close()
            error = fault
    raise error or OSError("no address")


def forbidden(host: str, blame: Failure) -> AskError:
    """Say that a host is not to be reached; `blame` is what that means."""
    return AskError(blame, f"leads to {host!r} at a private address, which nobody has allowed")
