"""Finds any number of byte strings in one pass, with what Python brings along.

A string of S + 7 bytes, wherever it lies, covers one whole 8-byte sample at a multiple of S. So a
set of the S samples that a pattern can show is enough: whether a block holds any of them is one
call that runs in C, and takes as long for thousands of patterns as for one. Samples of 4 bytes do
for S + 3 bytes, but are frequent in other texts, so they serve for few patterns only.
"""

from __future__ import annotations

import sys
from importlib import import_module
from itertools import accumulate, count
from math import factorial, gcd
from threading import Lock
from typing import Any, Callable, Iterable, Iterator, Tuple

Found = Tuple[int, bytes]
"""Where a pattern begins, and the pattern."""
Find = Callable[[bytes], Iterable[Found]]

ENGINES = ("auto", "find", "hyperscan")
"""What can be asked for."""

_BLOCKS = {4: 512, 8: 1024}
_SHORT = 512
_LEAST_STRIDE, _MOST_STRIDE = 4, 32
_SMALL_GAIN = 0.07
# Nanoseconds, measured: a sample of a tier, and a byte with `bytes.find` for one pattern.
_PER_SAMPLE = 30.0
_PER_FIND = 0.2
# How much of a search with samples of four bytes is done again, for each sample that it looks for,
# since other texts have the same four bytes; those with hexadecimal digits often do.
_AGAIN, _AGAIN_HEX, _MOST_AGAIN = 1e-4, 1e-2, 1.75
_HEX = b"0123456789abcdefABCDEF"
_STARTS = range(0, 64, 16)
_DENSE, _CHOICES = 16, 3
_HEAD = 256
_DIGITS, _CAPITALS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# How frequent a byte is in ordinary text.
_RANKS = bytes(0 if byte in _CAPITALS else 1 if byte in _DIGITS else 2 for byte in range(256))
_RARE = _DIGITS + _CAPITALS


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
            places = {(place, pattern) for place in range(0, len(text), size)}
            if not places <= {*self.find(text)} or (0, pattern) not in self.find(pattern):
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
    every = len(patterns)
    sizes = [min(len(pattern), _MOST_STRIDE + 7) for pattern in patterns]
    firsts = [at for at in range(every) if not at or sizes[at] > sizes[at - 1]]
    small, large = (
        [*(at for at in firsts if sizes[at] >= width + _LEAST_STRIDE - 1), every]
        for width in (4, 8)
    )
    sums = [0.0, *accumulate(map(_again, patterns))]

    def cost(each: int, wide: int) -> float:
        total = _PER_FIND * each
        if each < wide:
            stride = _stride(patterns[each], 4)
            again = min(_MOST_AGAIN, stride * (sums[wide] - sums[each]))
            total += _PER_SAMPLE / stride * (1 + again)
        if wide < every:
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
    size = stride * (_CHOICES if stride < _DENSE else 1) + width - 1
    # Many patterns are alike: forms that differ in their ends, or in few characters.
    alike: dict[bytes, list[tuple[bytes, int]]] = {}
    for pattern in patterns:
        start = _rarest(pattern, min(size, len(pattern)))
        alike.setdefault(pattern[start : start + size], []).append((pattern, start))
    grams: dict[int, list[tuple[list[tuple[bytes, int]], int]]] = {}
    for part, wholes in alike.items():
        for at in _chosen(part, stride, len(part) - width + 1):
            gram = int.from_bytes(part[at : at + width], sys.byteorder)
            grams.setdefault(gram, []).append((wholes, at))
    known = frozenset(grams)
    # The samples of a view lie a multiple of their width apart, so most strides need several.
    step = stride * width // gcd(stride, width)
    per_block = _BLOCKS[width]

    def samples(data: bytes) -> Iterator[tuple[int, int]]:
        if len(data) < _SHORT:
            for place in range(0, len(data) - width + 1, stride):
                yield place, int.from_bytes(data[place : place + width], sys.byteorder)
            return
        for begin in range(0, step, stride):
            whole = memoryview(data)[begin : len(data) - (len(data) - begin) % width]
            view = (whole.cast("Q") if width == 8 else whole.cast("I"))[:: step // width]
            for first in range(0, len(view), per_block):
                block = view[first : first + per_block]
                if not known.isdisjoint(block):
                    yield from zip(count(begin + first * step, step), block)

    def find(data: bytes) -> Iterator[Found]:
        for place, gram in samples(data):
            for wholes, at in grams.get(gram, ()):
                for pattern, start in wholes:
                    begin = place - at - start
                    if begin >= 0 and data.startswith(pattern, begin):
                        yield begin, pattern

    return find


def _chosen(part: bytes, stride: int, end: int) -> Iterable[int]:
    """Give a place before the end for each remainder, that which is least like ordinary text.

    What tells is the first two bytes: a set looks at the lowest bits of a number first.
    """
    if end == stride:
        return range(stride)
    ranks = part.translate(_RANKS)
    pairs = [one + other for one, other in zip(ranks, ranks[1:])]
    return [min(range(first, end, stride), key=pairs.__getitem__) for first in range(stride)]


def _rarest(pattern: bytes, size: int) -> int:
    """Choose the part of a pattern that is least like ordinary text."""
    starts = _STARTS[: max(1, -(-(len(pattern) - size + 1) // _STARTS.step))]
    return max(starts, key=lambda start: (_variety(pattern[start : start + size]), -start))


def _variety(part: bytes) -> int:
    return len(set(part)) + len(part) - len(part.translate(None, _RARE))


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
