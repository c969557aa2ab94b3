"""What to hide in a stream, ready to be searched for: whole, wrapped, coloured, or just begun."""

from __future__ import annotations

import re
from array import array
from typing import Iterable, Iterator, Optional, Pattern, Tuple

from secguard.runtime.gaps import BOTH, ESCAPE, SEQUENCES, SPACE, SPACES, places, squeezed
from secguard.runtime.search import Engine, Found

_LONGEST = 128
_WRAPPED = 24
_MOST_REMEMBERED = 7
_MOST_SPREAD = 2048
_HEAD = 4
_CODE = 16
# The codes that most coloured text has no others than, and one that is not there in full.
_COLOUR = re.compile(rb"\x1b\[[0-9;]{0,%d}m" % _CODE)
_CUT = re.compile(rb"\x1b(?:\[[0-9;]{0,%d})?" % _CODE)
# What can be the end of such a code, or a part, and of a secret as well.
_CODE_END = re.compile(rb"\[?[0-9;]{0,%d}m" % _CODE)
_IN_CODE = re.compile(rb"\[?[0-9;]{0,%d}" % _CODE)
_LEAST_REST = 8

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
        self._near = _Search({part for part in parts if squeezed(part) not in wide})
        self._wide = _Search(wide)
        self._near_begun = _Beginnings(parts)
        self._wide_begun = _Beginnings(wide)

    def spans(self, data: bytes) -> list[Span]:
        """Give the ranges that must not be shown, in order; they may overlap."""
        found: list[Span] = []
        if ESCAPE in data and self._is_clean(data):
            return found
        for text, dense, gaps, all_gaps in _views(data):
            found.extend(_ranges(data, self._near.find(text), gaps))
            found.extend(_ranges(data, self._wide.find(dense), all_gaps))
        return sorted(found)

    def _is_clean(self, data: bytes) -> bool:
        """Tell that coloured text holds nothing, by one view of it; False where it may."""
        if not (self._near.is_sure and self._wide.is_sure):
            return False
        last = data.rfind(ESCAPE)
        plain = b"".join(_COLOUR.split(data[:last] if _CUT.fullmatch(data, last) else data))
        return not (
            ESCAPE in plain or self._near.may_hold(plain) or self._wide.may_hold(squeezed(plain))
        )

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


class _Search:
    """Finds patterns, and tells beforehand whether text without its colours may hold one."""

    def __init__(self, patterns: set[bytes]) -> None:
        # What overlaps a code but does not hold its first byte begins with the last bytes of the
        # code, so that the rest stands in the text without colours.
        ends = ((pattern, _CODE_END.match(pattern)) for pattern in patterns)
        rests = {pattern[end.end() :] for pattern, end in ends if end}
        self.is_sure = all(len(rest) >= _LEAST_REST for rest in rests) and not any(
            ESCAPE in pattern or _IN_CODE.fullmatch(pattern) for pattern in patterns
        )
        """False where a pattern may lie in a code, or have one in it."""
        self._rests = rests - patterns if self.is_sure else set()
        self._engine = Engine(patterns | self._rests)

    def find(self, text: bytes) -> list[Found]:
        """Give all occurrences."""
        return [one for one in self._engine.find(text) if one[1] not in self._rests]

    def may_hold(self, plain: bytes) -> bool:
        """Tell whether text may hold a pattern that had colours in it or before it."""
        return bool(self._engine.find(plain))


class _Beginnings:
    """Finds out whether a text ends with the first bytes of a pattern."""

    def __init__(self, patterns: Iterable[bytes]) -> None:
        self._heads: dict[bytes, list[bytes]] = {}
        self._short: set[bytes] = set()
        for pattern in patterns:
            self._heads.setdefault(pattern[:_HEAD], []).append(pattern)
            self._short.update(pattern[:size] for size in range(1, min(_HEAD, len(pattern))))
        whole = b"".join(head for head in self._heads if len(head) == _HEAD)
        self._words = frozenset(array("I", whole))

    def at_end(self, text: bytes) -> int:
        """Give the length of the longest end of a text that a pattern goes on from."""
        tail = text[1 - _LONGEST :]
        size = len(tail)
        # Nearly always there is no such head, which four views of the tail tell faster.
        views = (array("I", tail[at : size - (size - at) % _HEAD]) for at in range(_HEAD))
        is_free = all(map(self._words.isdisjoint, views))
        for at in range(0 if is_free else size - _HEAD + 1):
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
    skipped = b"" if gaps is SEQUENCES else SPACE
    at = end = len(data)
    while length:
        # No sequence but the end of another one begins within a sequence.
        escape = -1 if gaps is SPACES else data.rfind(ESCAPE, 0, end)
        sequence = SEQUENCES.match(data, escape) if escape >= 0 else None
        start = min(sequence.end(), end) if sequence else 0
        at = end
        while length and at > start:
            at -= 1
            length -= data[at] not in skipped
        end = escape
    return at
