"""What a format is: where a credential of a known provider starts, its shape, its proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable, Pattern

from secguard.secrets.entropy import is_varied


@dataclass(frozen=True)
class Format:
    """The shape of one kind of credential."""

    id: str
    """Stable name, lower case with hyphens."""
    title: str
    """What it opens, as read in a sentence."""
    marks: tuple[str, ...]
    """Literal texts one of which every credential of this format holds, unless it has a start."""
    pattern: str
    """Regular expression for it; the group `secret`, where there is one, is the secret part."""
    check: Callable[[str], bool] = is_varied
    """Tells a possible secret part from one that only has the shape."""
    back: int = 0
    """How many characters before its mark the pattern starts."""
    anywhere: bool = False
    """Whether the mark may stand inside a word; otherwise it starts one."""
    start: str = ""
    """Regular expression for the first characters of a format without marks."""
    name: str = ""
    """Regular expression for the name that has to stand before it, letter case aside."""


@lru_cache(maxsize=None)
def compiled(pattern: str) -> Pattern[str]:
    """Return a compiled pattern of a format; compiled on first use, most never are."""
    return re.compile(pattern, re.ASCII)
