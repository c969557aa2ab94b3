"""A long body that comes in pieces."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Callable, Iterator

from secguard.net.failure import AskError, Failure
from secguard.net.faults import told

_PIECE = 64 * 1024


class Body:
    """The body of an answer, to be gone through once and to be closed in any case."""

    def __init__(
        self,
        link: HTTPConnection,
        response: HTTPResponse,
        limit: int,
        keep: Callable[[HTTPConnection], bool],
    ) -> None:
        """Read a response; `keep` takes the connection back when all has come."""
        self._link = link
        self._response = response
        self._limit = limit
        self._keep = keep
        self._kept = False

    def __iter__(self) -> Iterator[bytes]:
        """Give the pieces; raise AskError for a body that is too long or breaks off."""
        taken = 0
        try:
            while True:
                piece = self._response.read(_PIECE)
                taken += len(piece)
                if taken > self._limit:
                    message = f"sends more than {self._limit} bytes"
                    raise AskError(Failure.UNTRUSTED, message)
                if not piece:
                    break
                yield piece
            if self._response.length:
                raise ConnectionError("the body breaks off")
            self._kept = not self._response.will_close and self._keep(self._link)
        except (OSError, HTTPException, ValueError) as fault:
            raise told(fault) from None
        finally:
            self.close()

    def close(self) -> None:
        """Close the connection, unless it was taken back."""
        if not self._kept:
            self._response.close()
            self._link.close()
