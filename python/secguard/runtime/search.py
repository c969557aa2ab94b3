"""Finds any number of byte strings in one pass, with what Python brings along.

A string of S + 7 bytes, wherever it lies, covers one whole 8-byte sample at a multiple of S. So a
set of the S samples that a pattern can show is enough: whether a block holds any of them is one
call that runs in C, and takes as long for thousands of patterns as for one.
"""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Lock
from typing import Any, Callable, Iterable, Iterator, Tuple

Found = Tuple[int, bytes]
"""Where a pattern begins, and the pattern."""
Find = Callable[[bytes], Iterable[Found]]

ENGINES = ("auto", "find", "hyperscan")
"""What can be asked for."""

_BLOCK = 8192
# Nanoseconds, measured: a sample of a tier, and a byte with `bytes.find` for one pattern.
_PER_SAMPLE = 26.0
_PER_FIND = 0.3
_STRIDES = (8, 16, 24, 32)
_SMALL_WINDOW = 7
_CHOICES = 64
_HEAD = 256
_STEP = 16
# All but digits and capitals, which are rarer in ordinary text.
_PLAIN = bytes(byte for byte in range(256) if not (48 <= byte < 58 or 65 <= byte < 91))


class Engine:
    """Finds all occurrences of all patterns, also where they overlap."""

    def __init__(self, patterns: Iterable[bytes], wanted: str = "auto") -> None:
        """Plan the search and test it; raise ImportError where `hyperscan` is wanted and absent."""
        ordered = sorted(filter(None, patterns), key=lambda pattern: (len(pattern), pattern))
        self.longest = len(ordered[-1]) if ordered else 0
        self.note = ""
        """What a reader of the report should know about the search."""
        self._finds = [_hyperscan(ordered)] if wanted == "hyperscan" else _plan(ordered)
        if wanted == "find" or not self._works(ordered):
            self._finds = [_find_each(ordered)]
            if wanted != "find":
                self.note = f"the engine {wanted!r} failed its test, so a slower one searched"

    def find(self, data: bytes) -> list[Found]:
        """Give all occurrences in the order of their places, the longest first."""
        found = [one for find in self._finds for one in find(data)]
        return sorted(found, key=lambda one: (one[0], -len(one[1]), one[1]))

    def _works(self, patterns: list[bytes]) -> bool:
        # NOTE: strided casts are known to be wrong in an interpreter other than CPython.
        for pattern in {*patterns[:1], *patterns[len(patterns) // 2 :][:1], *patterns[-1:]}:
            for shift in range(max(_STRIDES)):
                if (shift, pattern) not in self.find(bytes(shift) + pattern + bytes(3)):
                    return False
        return True


def _find_each(patterns: list[bytes]) -> Find:
    def find(data: bytes) -> Iterator[Found]:
        for pattern in patterns:
            at = data.find(pattern)
            while at >= 0:
                yield at, pattern
                at = data.find(pattern, at + 1)

    return find


def _plan(patterns: list[bytes]) -> list[Find]:
    """Share the patterns, shortest first, among the ways to search so that it takes least time."""
    small = sum(len(pattern) < _SMALL_WINDOW for pattern in patterns)
    plans = [(_PER_FIND * len(patterns), len(patterns), 8, False)]
    for stride in _STRIDES:
        short = sum(len(pattern) < stride + 7 for pattern in patterns)
        if short < len(patterns):
            large = _PER_SAMPLE / stride
            plans.append((large + _PER_FIND * short, short, stride, False))
            plans.append((large + _PER_SAMPLE / 4 + _PER_FIND * small, short, stride, True))
    _, short, stride, grams = min(plans)
    each = small if grams else short
    finds = [_find_each(patterns[:each])]
    if grams:
        finds.append(_tier(patterns[each:short], 4, 4))
    if short < len(patterns):
        finds.append(_tier(patterns[short:], 8, stride))
    return finds


def _tier(patterns: list[bytes], width: int, stride: int) -> Find:
    grams: dict[int, list[tuple[bytes, int]]] = {}
    for pattern in patterns:
        start = _rarest(pattern, stride + width - 1)
        for at in range(start, start + stride):
            gram = int.from_bytes(pattern[at : at + width], sys.byteorder)
            grams.setdefault(gram, []).append((pattern, at))
    known = frozenset(grams)
    per_block = _BLOCK // stride

    def find(data: bytes) -> Iterator[Found]:
        whole = memoryview(data)[: len(data) // width * width]
        samples = (whole.cast("Q") if width == 8 else whole.cast("I"))[:: stride // width]
        for first in range(0, len(samples), per_block):
            block = samples[first : first + per_block]
            if known.isdisjoint(block):
                continue
            for number, gram in enumerate(block, first):
                if gram in grams:
                    for pattern, at in grams[gram]:
                        start = number * stride - at
                        if start >= 0 and data.startswith(pattern, start):
                            yield start, pattern

    return find


def _rarest(pattern: bytes, size: int) -> int:
    """Choose the part of a pattern that is least like ordinary text."""
    starts = range(0, min(len(pattern) - size + 1, _CHOICES), _STEP)
    return max(starts, key=lambda start: (_variety(pattern[start : start + size]), -start))


def _variety(part: bytes) -> int:
    return len(set(part)) + len(part.translate(None, _PLAIN))


def _hyperscan(patterns: list[bytes]) -> Find:
    library: Any = import_module("hyperscan")
    database = library.Database()
    heads = [pattern[:_HEAD] for pattern in patterns]
    escaped = ["".join(f"\\x{byte:02x}" for byte in head).encode() for head in heads]
    database.compile(
        expressions=escaped, ids=list(range(len(escaped))), elements=len(escaped), flags=0
    )

    # What a search scribbles on is there once, and threads may search at the same time.
    lock = Lock()

    def find(data: bytes) -> list[Found]:
        found: list[Found] = []

        def note(number: int, start: int, end: int, flags: int, context: object) -> None:
            at = end - len(heads[number])
            if data.startswith(patterns[number], at):
                found.append((at, patterns[number]))

        with lock:
            database.scan(data, match_event_handler=note)
        return found

    return find
