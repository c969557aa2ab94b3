"""What a tag says: whether it is made to be moved, and which tag is a newer version."""

from __future__ import annotations

import re
from typing import Iterable

_MOVING = re.compile(
    r"(?:latest|current|stable|edge|lts|next|nightly|main|master|canary|beta|alpha|rolling"
    r"|testing|unstable|experimental|snapshot|dev|devel|develop|head|tip|staging|prod|production)(?:-[a-z]+|-\d+\.\d+)*"
)
_VERSION = re.compile(r"(v?)(\d{1,9}(?:\.\d{1,9}){0,3})(.*)", re.ASCII)
LEVELS = {"patch": 2, "minor": 1, "major": 0}
"""How many numbers of a version have to stay."""


def is_moving(tag: str) -> bool:
    """Say whether a tag is made to be moved, `latest` and none included."""
    return not tag or _MOVING.fullmatch(tag) is not None


def newest(tags: Iterable[str], current: str, within: str) -> str:
    """Give the newest version of a tag that keeps its form; the tag itself if there is none."""
    found = _VERSION.fullmatch(current)
    if found is None:
        return current
    best, chosen = _numbers(found[2]), current
    kept = best[: LEVELS[within]]
    for tag in tags:
        other = _VERSION.fullmatch(tag)
        if other is None or (other[1], other[3]) != (found[1], found[3]):
            continue
        numbers = _numbers(other[2])
        same_form = len(numbers) == len(best) and numbers[: len(kept)] == kept
        if same_form and numbers > best:
            best, chosen = numbers, tag
    return chosen


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))
