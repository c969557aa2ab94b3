"""Bytes that come in pieces, and how much of them may come."""

from __future__ import annotations

from typing import Callable, Iterator

PIECE = 1 << 18
"""How much is read at a time."""

_LEAST_SUSPECT = 64 << 20
_MOST_RATIO = 200
_MOST_MEMBERS = 1_000_000


class Damaged(Exception):
    """What is read is not what its beginning promises; the text says how."""


class Over(Exception):
    """A limit is reached; the text says which."""


class Budget:
    """What one file may take to be looked through."""

    def __init__(self, size: int, most: int, is_late: Callable[[], bool]) -> None:
        """Allow a file of some size to become `most` bytes, as long as it is not late."""
        self._left = most
        self._suspect = max(_LEAST_SUSPECT, size * _MOST_RATIO)
        self._members = _MOST_MEMBERS
        self._is_late = is_late

    def take(self, size: int) -> None:
        """Count bytes that were unpacked or read."""
        self._left -= size
        self._suspect -= size
        if self._left < 0:
            raise Over("it holds more than --max-bytes allows")
        if self._suspect < 0:
            raise Over(f"it unpacks to more than {_MOST_RATIO} times its size")
        if self._is_late():
            raise Over("the time of --max-seconds is over")

    def member(self) -> None:
        """Count a member of an archive."""
        self._members -= 1
        if self._members < 0:
            raise Over(f"it has more than {_MOST_MEMBERS} members")


class Stream:
    """A reader that can look ahead."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        """Read with a function that gives at most so many bytes, and none at the end only."""
        self._source = read
        self._ahead = b""
        self._at = 0
        self.position = 0
        """How much was read."""

    @classmethod
    def of(cls, pieces: Iterator[bytes]) -> Stream:
        """Read pieces that somebody makes, none of them empty."""
        return cls(lambda size: next(pieces, b""))

    def peek(self, size: int) -> bytes:
        """Give the next bytes, fewer at the end, and leave them to be read."""
        while len(self._ahead) - self._at < size:
            more = self._source(PIECE)
            if not more:
                break
            self._ahead, self._at = self._ahead[self._at :] + more, 0
        return self._ahead[self._at : self._at + size]

    def read(self, size: int = PIECE) -> bytes:
        """Give at most so many bytes, and none at the end only."""
        if self._at == len(self._ahead):
            self._ahead, self._at = self._source(PIECE), 0
        data = self._ahead[self._at : self._at + size]
        self._at += len(data)
        self.position += len(data)
        return data

    def unread(self, size: int) -> None:
        """Take back a part of what was read last."""
        self._at -= size
        self.position -= size

    def exactly(self, size: int) -> bytes:
        """Give so many bytes; raise Damaged where there are fewer."""
        data = self.peek(size)
        if len(data) < size:
            raise Damaged("it ends early")
        self._at += size
        self.position += size
        return data

    def part(self, size: int) -> Stream:
        """Give the next so many bytes as a stream of their own; Damaged where there are fewer."""
        left = size

        def read(most: int) -> bytes:
            nonlocal left
            data = self.read(min(most, left)) if left else b""
            if left and not data:
                left = 0
                raise Damaged("it ends early")
            left -= len(data)
            return data

        return Stream(read)

    def rest(self) -> Iterator[bytes]:
        """Give all that is left, in pieces."""
        return iter(self.read, b"")
