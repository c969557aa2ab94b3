"""What to hide in a stream, ready to be searched for: whole, wrapped, coloured, or just begun."""

from __future__ import annotations

from typing import Iterable, Iterator, Optional, Pattern, Tuple

from secguard.runtime.gaps import BOTH, ESCAPE, SEQUENCES, SPACE, SPACES, places, squeezed
from secguard.runtime.search import Engine

_LONGEST = 128
_WRAPPED = 24
_MOST_REMEMBERED = 7
_MOST_SPREAD = 2048
_HEAD = 4

Span = Tuple[int, int]
"""A half-open range of bytes."""
_View = Tuple[bytes, bytes, Optional[Pattern[bytes]], Pattern[bytes]]


class Matcher:
    """Finds what must be hidden, also where white space or colour codes interrupt it."""

    def __init__(self, patterns: Iterable[bytes]) -> None:
        """Prepare the search.

        White space at the ends of a pattern is not looked for: a stream would have to be held
        back at the end of each line. Of a long pattern its parts are looked for, one by one.
        """
        parts = {part for pattern in patterns for part in _parts(pattern.strip(SPACE))} - {b""}
        wide = {part for part in map(squeezed, parts) if len(part) >= _WRAPPED}
        self._near = Engine(part for part in parts if squeezed(part) not in wide)
        self._wide = Engine(wide)
        self._near_begun = _Beginnings(parts)
        self._wide_begun = _Beginnings(wide)

    def spans(self, data: bytes) -> list[Span]:
        """Give the ranges that must not be shown, in order; they may overlap."""
        found: list[Span] = []
        for text, dense, gaps, all_gaps in _views(data):
            found.extend(_ranges(data, self._near.find(text), gaps))
            found.extend(_ranges(data, self._wide.find(dense), all_gaps))
        return sorted(found)

    def begun(self, data: bytes) -> Span:
        """Give from where on the data may be the beginning of what must not be shown.

        The first place is where to remember it from, the second where to hold it back from: what
        goes on after a line break is held back only when it has gone far, or each line would be.
        """
        tail = data[-_MOST_SPREAD:]
        keep = hold = len(tail)
        for text, dense, gaps, all_gaps in _views(tail):
            length = self._near_begun.at_end(text)
            if length:
                hold = min(hold, _from_end(tail, length, gaps))
            length = self._wide_begun.at_end(dense)
            if length:
                start = _from_end(tail, length, all_gaps)
                keep = min(keep, start)
                if length > _MOST_REMEMBERED:
                    hold = min(hold, start)
        before = len(data) - len(tail)
        return before + min(keep, hold), before + hold


class _Beginnings:
    """Finds out whether a text ends with the first bytes of a pattern."""

    def __init__(self, patterns: Iterable[bytes]) -> None:
        self._heads: dict[bytes, list[bytes]] = {}
        self._short: set[bytes] = set()
        for pattern in patterns:
            self._heads.setdefault(pattern[:_HEAD], []).append(pattern)
            self._short.update(pattern[:size] for size in range(1, min(_HEAD, len(pattern))))

    def at_end(self, text: bytes) -> int:
        """Give the length of the longest end of a text that a pattern goes on from."""
        tail = text[1 - _LONGEST :]
        size = len(tail)
        for at in range(size - _HEAD + 1):
            for pattern in self._heads.get(tail[at : at + _HEAD], ()):
                if len(pattern) > size - at and pattern.startswith(tail[at:]):
                    return size - at
        for length in range(min(_HEAD - 1, size), 0, -1):
            if tail[size - length :] in self._short:
                return length
        return 0


def _views(data: bytes) -> Iterator[_View]:
    """Give the text as it is and without colour codes, each also without white space."""
    yield data, squeezed(data), None, SPACES
    if ESCAPE in data:
        plain = SEQUENCES.sub(b"", data)
        yield plain, squeezed(plain), SEQUENCES, BOTH


def _parts(pattern: bytes) -> Iterator[bytes]:
    # NOTE: texts that begin alike, as those of base64 do, have their first parts in common.
    for start in range(0, len(pattern), _LONGEST):
        start = max(0, min(start, len(pattern) - _LONGEST))
        yield pattern[start : start + _LONGEST].strip(SPACE)


def _ranges(
    data: bytes, found: list[tuple[int, bytes]], gaps: Pattern[bytes] | None
) -> Iterator[Span]:
    if gaps is None:
        yield from ((start, start + len(pattern)) for start, pattern in found)
    elif found:
        place = places(data, gaps)
        for start, pattern in found:
            first, last = place(start), place(start + len(pattern) - 1)
            if last - first < _MOST_SPREAD:
                yield first, last + 1


def _from_end(data: bytes, length: int, gaps: Pattern[bytes] | None) -> int:
    """Give where the last bytes begin, counted without gaps."""
    if gaps is None:
        return len(data) - length
    if gaps is not SPACES:
        kept = len(gaps.sub(b"", data))
        return places(data, gaps)(kept - length)
    at = len(data)
    while length:
        at -= 1
        length -= data[at] not in SPACE
    return at
