"""Finds tokens of known formats in the contents of files, fast enough to look at all of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Iterator, Tuple

from secguard.secrets.scan import FORMATS, Match, find

LONGEST = 20_480
"""No token is longer, what it is known by included."""
LEAD = 160
"""How much before a token may matter to what it is."""

_BACK = 60
_NEAR, _AFTER = 1_200, 200
_WORD = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+~/"
_RUNS = bytes(119 if byte in _WORD else 32 for byte in range(256))
_RUN = b"w" * 20
_HEAD = 3
_LONG_RUN, _BEFORE_RUN = 35, 32
_KEY, _URL = b"-----BEGIN ", b"://"
# What is looked for by itself; the other marks stand in or right before a long run.
_ALONE = (_KEY, _URL, b'"auth', b"asic ", b"machine ", b"sv=20", b"_auth")
_USER_INFO = 300

_Range = Tuple[int, int]


def tokens(data: bytes, is_text: bool, is_settings: bool = False) -> Iterator[tuple[int, Match]]:
    """Give the tokens in some bytes, each with the place that its own places count from.

    Formats that are known by what stands around them are looked for in text only, and those
    known by the name of a variable in settings only.
    """
    for start, end in [(0, len(data))] if is_settings else _windows(data, is_text):
        known = LEAD - _BACK if start else 0
        for match in find(data[start:end].decode("latin-1")):
            if match.start >= known:
                yield start, match


def _windows(data: bytes, is_text: bool) -> list[_Range]:
    joined: list[_Range] = []
    for first, last in sorted({*_runs(data, is_text), *_alone(data, is_text)}):
        start, end = max(0, first - LEAD), min(len(data), last)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _runs(data: bytes, is_text: bool) -> Iterator[_Range]:
    """Give the runs of token characters that may be or hold a token.

    Two searches for the same byte are what makes this faster than any pattern.
    """
    heads, marks = _heads(), _marks()
    runs = data.translate(_RUNS)
    end, start = 0, runs.find(_RUN)
    while start >= 0:
        end = runs.find(b" ", start + len(_RUN))
        end = end if end >= 0 else len(runs)
        run = data[start:end]
        has_parts = b"/" in run
        for word in run.split(b"/") if has_parts else (run,):
            if word[:_HEAD] in heads and word.startswith(heads[word[:_HEAD]]):
                yield start, end + _AFTER
                break
        else:
            # Digests are the most frequent runs, and no token with a mark has small letters only.
            if is_text and end - start >= _LONG_RUN and (has_parts or not run.islower()):
                near = data[max(0, start - _BEFORE_RUN) : end]
                if _may_hold_mark(near) and any(mark in near for mark in marks):
                    yield start, end + _AFTER
        start = runs.find(_RUN, end)


def _may_hold_mark(near: bytes) -> bool:
    """Look for the few letters that the marks have in common, which is faster than for them."""
    return (
        b"ey" in near
        or b"EY" in near
        or b"Q~" in near
        or b"hook" in near
        or b":AA" in near
        or b"JQQJ9" in near
        or b".atlasv1" in near
    )


def _alone(data: bytes, is_text: bool) -> Iterator[_Range]:
    for mark in _ALONE if is_text else (_KEY,):
        at = data.find(mark)
        while at >= 0:
            if mark != _URL or _has_password(data, at + len(mark)):
                yield at, at + (LONGEST if mark == _KEY else _NEAR)
            at = data.find(mark, at + 1)


def _has_password(data: bytes, start: int) -> bool:
    end = data.find(b"@", start, start + _USER_INFO)
    return end > 0 and data.find(b":", start, end) > 0


@lru_cache(maxsize=None)
def _heads() -> dict[bytes, tuple[bytes, ...]]:
    """Give the beginnings of tokens that begin a word, by their own beginning."""
    heads: dict[bytes, tuple[bytes, ...]] = {}
    for format in FORMATS:
        for mark in map(str.encode, () if format.anywhere else format.marks):
            if b"/" not in mark:
                heads[mark[:_HEAD]] = (*heads.get(mark[:_HEAD], ()), mark)
    return heads


@lru_cache(maxsize=None)
def _marks() -> tuple[bytes, ...]:
    marks = [
        mark.encode()
        for format in FORMATS
        for mark in format.marks
        if format.anywhere or "/" in mark
    ]
    return tuple(mark for mark in marks if not any(one in mark for one in _ALONE))
