"""Sees through the line breaks in base64 and hex that programs wrap."""

from __future__ import annotations

import re
from typing import Iterator

_LEAST = 56
_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"
_BLANK = 32
_BLANKS = 9
_ENDS = (b"\n", b"\r", b"\\")
_GAP = 2
# Digits, what may come between them and the next line, and all others.
# NOTE: `translate` is twice as fast where few bytes stay as they are.
_RUNS = bytes(1 if byte in _DIGITS else 2 if byte in b" \t\n\r\\" else 3 for byte in range(256))
_LAST = b"\1" * _LEAST + b"\2"
_BREAK = rb"[ \t]{0,8}(?:\r?\n|(?:\\r)?\\n)[ \t]{0,40}"
_LINES = re.compile(rb"[A-Za-z0-9+/=_-]{%d,}(?:%s[A-Za-z0-9+/=_-]+)+" % (_LEAST, _BREAK))
_LINE = re.compile(rb"(?:%s)?([A-Za-z0-9+/=_-]+)" % _BREAK)


class Unwrapped:
    """Lines of digits, joined."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        """Join the lines in a part of some bytes."""
        self._ends: list[tuple[int, int]] = []
        parts, size = [], 0
        for line in _LINE.finditer(data, start, end):
            parts.append(line[1])
            size += len(line[1])
            self._ends.append((size, line.end()))
        self.data = b"".join(parts)
        """The lines without their breaks."""

    def place(self, at: int) -> int:
        """Say where in the bytes one of the joined digits stands."""
        return next(place - (size - at) for size, place in self._ends if at < size)


def unwrapped(data: bytes) -> Iterator[Unwrapped]:
    """Give the parts of some bytes that look like digits broken into lines."""
    runs = data.translate(_RUNS)
    # A gap at the end of all has no next line.
    last = len(data) - 1
    done, end = 0, runs.find(_LAST, 0, last) + _LEAST
    while end >= _LEAST:
        # What most digests are followed by, a blank and a word, costs no more than this look.
        if (data[end] != _BLANK or runs[end + 1] == _GAP) and (
            data[end : end + _BLANKS].lstrip(b" \t")[:1] in _ENDS
        ):
            start = done + len(runs[done:end].rstrip(b"\1"))
            lines = _LINES.match(data, start)
            if lines:
                yield Unwrapped(data, *lines.span())
                end = lines.end()
        done, end = end, runs.find(_LAST, end, last) + _LEAST
