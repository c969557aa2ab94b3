"""Reads the output of a step, a JSON array of messages, however long it or one of them is."""

from __future__ import annotations

import codecs
import json
from typing import Any, Iterable, Iterator, Tuple

from secguard.runtime.stream import Damaged

OUT, ERR = "out", "err"
"""The streams that messages belong to."""

_READ = 1 << 18
_WHOLE = 1 << 20
_PIECE = 1 << 16
_ESCAPE = 6
_BETWEEN = " \t\r\n,"
# Numbers stay as they are: those of many digits would take long, and nobody wants them.
_SCAN = json.JSONDecoder(parse_int=str, parse_float=str, strict=False).raw_decode

Message = Tuple[str, str]
"""The stream, and a part of what was written to it."""


class Messages:
    """The messages of one output, to be read once."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Read an output from the pieces that it comes in."""
        self.is_cut = False
        """True where the output itself says that something is missing."""
        self._pieces = iter(pieces)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._at = 0
        self._is_over = False
        self._last = OUT

    def __iter__(self) -> Iterator[Message]:
        """Give the messages, long ones in parts; raise Damaged at the end of what is no array.

        What cannot be read as messages is given as it is, so that it can be searched all the same.
        """
        try:
            yield from self._array()
        except (ValueError, RecursionError):
            yield from self._rest()
            raise Damaged("it is no whole list of messages") from None

    def _array(self) -> Iterator[Message]:
        if self._next(_BETWEEN) != "[":
            raise ValueError
        self._at += 1
        while self._next(_BETWEEN) != "]":
            start = self._at
            try:
                found, self._at = _SCAN(self._text, self._at)
            except (ValueError, RecursionError):
                if len(self._text) - self._at < _WHOLE and self._more():
                    continue
                yield from self._object()
                continue
            yield self._message(found, self._text[start : self._at])
        self._at += 1
        if self._next(_BETWEEN):
            raise ValueError

    def _message(self, found: Any, source: str) -> Message:
        text = found.get("message") if isinstance(found, dict) else None
        if not isinstance(text, str):
            self.is_cut = True
            return self._last, source
        self.is_cut |= bool(found.get("truncated"))
        self._last = ERR if found.get("type") == ERR else OUT
        return self._last, text

    def _object(self) -> Iterator[Message]:
        """Give a message that is too long to be kept.

        It belongs to the stream of the one before it, since its own may be named at its end.
        """
        if self._next("") != "{":
            raise ValueError
        self._at += 1
        while self._next(_BETWEEN) != "}":
            key = "".join(self._string())
            if self._next(" \t\r\n:") == '"':
                texts = self._string()
                if key == "message":
                    yield from ((self._last, text) for text in texts)
                else:
                    for _ in texts:
                        pass
            else:
                self._fill()
                _, self._at = _SCAN(self._text, self._at)
        self._at += 1

    def _string(self) -> Iterator[str]:
        if self._next("") != '"':
            raise ValueError
        self._at += 1
        while True:
            self._fill()
            part = self._text[self._at : self._at + _PIECE]
            part = part[: len(part) - _open_escape(part)]
            # With quotes around it is a string, which its own quote may end before.
            text, end = _SCAN(f'"{part}"', 0)
            yield text
            self._at += min(end - 1, len(part))
            if end - 2 < len(part):
                return
            if not part:
                raise ValueError

    def _rest(self) -> Iterator[Message]:
        while self._text:
            yield self._last, self._text[self._at :]
            self._text, self._at = "", 0
            self._more()

    def _next(self, skipped: str) -> str:
        """Give the next character that is not skipped, and leave it; nothing at the end."""
        while True:
            while self._at < len(self._text):
                char = self._text[self._at]
                if char not in skipped:
                    return char
                self._at += 1
            if not self._more():
                return ""

    def _fill(self) -> None:
        while len(self._text) - self._at < _PIECE and self._more():
            pass

    def _more(self) -> bool:
        """Read on, and say whether there was anything."""
        parts, size = [self._text[self._at :]], 0
        while size < _READ and not self._is_over:
            data = next(self._pieces, b"")
            self._is_over = not data
            parts.append(self._decoder.decode(data, self._is_over))
            size += len(parts[-1])
        self._text, self._at = "".join(parts), 0
        return size > 0


def _open_escape(part: str) -> int:
    """Count the characters at the end that are an escape of which the rest is missing."""
    start = part.rfind("\\", max(0, len(part) - _ESCAPE + 1))
    if start < 0:
        return 0
    before = len(part[:start]) - len(part[:start].rstrip("\\"))
    if before % 2:
        return 0
    size = len(part) - start
    is_whole = size >= _ESCAPE if part[start + 1 : start + 2] == "u" else size >= 2
    return 0 if is_whole else size
