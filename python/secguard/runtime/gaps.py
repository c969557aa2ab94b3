"""What interrupts a text without being part of it: white space, and what drives a terminal."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Callable, Pattern

SPACE = b" \t\r\n"
ESCAPE = b"\x1b"

# Colours, cursor moves, titles and links; at the end of the text one may be incomplete.
_SEQUENCE = rb"\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~]?)"

COLOURS = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]?")
SEQUENCES = re.compile(_SEQUENCE)
SPACES = re.compile(rb"[ \t\r\n]+")
BOTH = re.compile(rb"[ \t\r\n]+|" + _SEQUENCE)


def squeezed(text: bytes) -> bytes:
    """Take all white space out of a text."""
    return text.translate(None, SPACE)


def places(data: bytes, gaps: Pattern[bytes], left: int = 0) -> Callable[[int], int]:
    """Map places in the data without its gaps, or with so much left of each, to the data."""
    starts, removed = [0], [0]
    for gap in gaps.finditer(data):
        removed.append(removed[-1] + gap.end() - gap.start() - left)
        starts.append(gap.end() - removed[-1])
    return lambda at: at + removed[bisect_right(starts, at) - 1]
