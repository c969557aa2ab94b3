"""Finds any number of byte strings in one pass, with what Python brings along.

A string of S + 7 bytes, wherever it lies, covers one whole 8-byte sample at a multiple of S. So a
set of the S samples that a pattern can show is enough: whether a block holds any of them is one
call that runs in C, and takes as long for thousands of patterns as for one. Samples of 4 bytes do
for S + 3 bytes, but are frequent in other texts, so they serve for few patterns only.
"""

from __future__ import annotations

import sys
from importlib import import_module
from itertools import accumulate
from math import factorial, gcd
from threading import Lock
from typing import Any, Callable, Iterable, Iterator, Tuple

Found = Tuple[int, bytes]
"""Where a pattern begins, and the pattern."""
Find = Callable[[bytes], Iterable[Found]]

ENGINES = ("auto", "find", "hyperscan")
"""What can be asked for."""

_BLOCKS = {4: 512, 8: 1024}
_SHORT = 16_384
_LEAST_STRIDE, _MOST_STRIDE = 4, 32
_SMALL_GAIN = 0.07
# Nanoseconds, measured: a sample of a tier, and a byte with `bytes.find` for one pattern.
_PER_SAMPLE = 30.0
_PER_FIND = 0.2
# How much of a search with samples of four bytes is done again, for each sample that it looks for,
# since other texts have the same four bytes; those with hexadecimal digits often do.
_AGAIN, _AGAIN_HEX, _MOST_AGAIN = 1e-4, 1e-2, 1.75
_HEX = b"0123456789abcdefABCDEF"
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
        found = {one for find in self._finds for one in find(data)}
        return sorted(found, key=lambda one: (one[0], -len(one[1]), one[1]))

    def _works(self, patterns: list[bytes]) -> bool:
        # NOTE: strided casts are known to be wrong in an interpreter other than CPython.
        for pattern in {*patterns[:1], *patterns[len(patterns) // 2 :][:1], *patterns[-1:]}:
            size = len(pattern) + 3
            while gcd(size, factorial(_MOST_STRIDE)) > 1:
                size += 1
            # Such multiples have all remainders that there are for any stride.
            text = pattern.ljust(size, b"\0") * _MOST_STRIDE
            for data in (text[: _SHORT - 1], text.ljust(_SHORT, b"\0")):
                places = range(0, len(data) - len(pattern) + 1, size)[:_MOST_STRIDE]
                if not {(place, pattern) for place in places} <= set(self.find(data)):
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
    count = len(patterns)
    sizes = [min(len(pattern), _MOST_STRIDE + 7) for pattern in patterns]
    firsts = [at for at in range(count) if not at or sizes[at] > sizes[at - 1]]
    small, large = (
        [*(at for at in firsts if sizes[at] >= width + _LEAST_STRIDE - 1), count]
        for width in (4, 8)
    )
    sums = [0.0, *accumulate(map(_again, patterns))]

    def cost(each: int, wide: int) -> float:
        total = _PER_FIND * each
        if each < wide:
            stride = _stride(patterns[each], 4)
            again = min(_MOST_AGAIN, stride * (sums[wide] - sums[each]))
            total += _PER_SAMPLE / stride * (1 + again)
        if wide < count:
            total += _PER_SAMPLE / _stride(patterns[wide], 8)
        return total

    pairs = [(each, wide) for each in small for wide in large if each <= wide]
    each, wide = min(pairs, key=lambda pair: cost(*pair))
    shares = ((patterns[each:wide], 4), (patterns[wide:], 8))
    return [
        *([_find_each(patterns[:each])] if each else ()),
        *(_tier(share, width) for share, width in shares if share),
    ]


def _again(pattern: bytes) -> float:
    return _AGAIN if pattern.translate(None, _HEX) else _AGAIN_HEX


def _stride(shortest: bytes, width: int) -> int:
    stride = min(len(shortest) - width + 1, _MOST_STRIDE)
    # A multiple of the width needs one view of the data only, which is worth a little more.
    multiple = stride // width * width
    return multiple if stride < multiple * (1 + _SMALL_GAIN) else stride


def _tier(patterns: list[bytes], width: int) -> Find:
    stride = _stride(patterns[0], width)
    size = stride + width - 1
    # Many patterns are alike: forms that differ in their ends, or in few characters.
    alike: dict[bytes, list[tuple[bytes, int]]] = {}
    for pattern in patterns:
        start = _rarest(pattern, size)
        alike.setdefault(pattern[start : start + size], []).append((pattern, start))
    grams: dict[int, list[tuple[list[tuple[bytes, int]], int]]] = {}
    for part, wholes in alike.items():
        for at in range(stride):
            gram = int.from_bytes(part[at : at + width], sys.byteorder)
            grams.setdefault(gram, []).append((wholes, at))
    known = frozenset(grams)
    block_size = _BLOCKS[width]

    def find(data: bytes) -> Iterator[Found]:
        # The samples of a view lie a multiple of their width apart, so most strides need several
        # views. What is short is looked at in one, with a few samples more.
        step = stride // width * width if len(data) < _SHORT else 0
        step = step or stride * width // gcd(stride, width)
        for begin in range(0, min(step, len(data) - width + 1), stride):
            whole = memoryview(data)[begin : len(data) - (len(data) - begin) % width]
            samples = (whole.cast("Q") if width == 8 else whole.cast("I"))[:: step // width]
            for first in range(0, len(samples), block_size):
                block = samples[first : first + block_size]
                if known.isdisjoint(block):
                    continue
                for number, gram in enumerate(block, first):
                    for wholes, at in grams.get(gram, ()):
                        place = begin + number * step - at
                        for pattern, start in wholes:
                            if place >= start and data.startswith(pattern, place - start):
                                yield place - start, pattern

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
