"""One input as text: decoded once, and every offset can be turned into a line and a column."""

from __future__ import annotations

import bisect
import re

from secguard.errors import SecguardError
from secguard.finding import Location, Source, Span

MAX_BYTES = 8 * 1024 * 1024
"""Inputs over this are not read: CircleCI's own limit for a compiled config is 8 MB."""

_LINE_END = re.compile(r"\r\n|\n|\r")


class ReadError(SecguardError):
    """An input that cannot be read, with the place where reading ended."""

    def __init__(self, where: Location, message: str, hint: str = "") -> None:
        """Keep the place beside the sentence."""
        super().__init__(message, hint)
        self.where = where


class TextFile:
    """The text of one input and its name; immutable once made."""

    def __init__(self, uri: str, text: str) -> None:
        """Take the decoded text; a byte order mark in front is dropped."""
        self.uri = uri
        self.text = text[1:] if text.startswith("\ufeff") else text
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @classmethod
    def decode(cls, uri: str, data: bytes) -> TextFile:
        """Decode UTF-8 bytes; raise ReadError for what is too large, binary or not UTF-8."""
        where = Location(uri)
        if len(data) > MAX_BYTES:
            raise ReadError(
                where,
                f"the file is larger than {MAX_BYTES // 1024 // 1024} MB and was not read",
                "split it; CircleCI refuses a compiled config of that size as well",
            )
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ReadError(
                Location(uri, Span(line, 1, line, 1)),
                "the file is not UTF-8 text and was not read",
                "save it as UTF-8, or leave it out of what is checked",
            ) from None
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise ReadError(
                Location(uri, Span(line, 1, line, 1)),
                "the file holds a NUL byte, so it is binary and was not read",
                "leave it out of what is checked",
            )
        return cls(uri, text)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends."""
        ends = [*self._starts[1:], len(self.text)]
        return tuple(self.text[start:end].rstrip("\r\n") for start, end in zip(self._starts, ends))

    @property
    def source(self) -> Source:
        """The text as reports keep it."""
        return Source(self.uri, self.lines)

    def position(self, offset: int) -> tuple[int, int]:
        """Turn an offset into a 1-based line and column."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Turn a 1-based line and column into an offset."""
        return self._starts[line - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """Turn two offsets into a span."""
        return Span(*self.position(start), *self.position(end))
