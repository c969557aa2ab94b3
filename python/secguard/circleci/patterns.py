"""Java's regular expressions, as far as Python's mean the same and answer at once."""

from __future__ import annotations

import re

MAX_STEPS = 100_000
"""Steps that a match may take; a pattern and a text that could take more are left open."""
_MAX_TEXT = 200
_MAX_PATTERN = 500
_COUNT = re.compile(r"[0-9]{1,9}(,[0-9]{0,9})?\}")


def full_match(pattern: str, text: str) -> bool | None:
    """Match a whole text; None where Python could answer otherwise than Java, or too late."""
    if len(pattern) > _MAX_PATTERN or len(text) > _MAX_TEXT:
        return None
    if not _Reader(pattern).steps(len(text)) <= MAX_STEPS:
        return None
    try:
        return re.fullmatch(pattern, text, re.ASCII) is not None
    except (re.error, RecursionError, OverflowError):
        return None


class _Reader:
    """Counts in how many ways a pattern can be tried on a text."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def steps(self, length: int) -> float:
        pattern = self._pattern
        ways, repeats = 1, 0
        bars = [1]
        if pattern.startswith("(?i)"):
            self._at = 4
        while self._at < len(pattern):
            char = pattern[self._at]
            after = pattern[self._at + 1 : self._at + 2]
            self._at += 1
            if char == "\\":
                self._at += 1
            elif char == "[":
                if not self._skip_class():
                    return float("inf")
            elif char == "(":
                if after == "?" and pattern[self._at + 1 : self._at + 2] not in (":", "=", "!"):
                    return float("inf")
                if after == "?":
                    self._at += 2
                bars.append(1)
            elif char == ")":
                if after in tuple("*+{") or len(bars) == 1:
                    return float("inf")
                ways *= bars.pop()
            elif char == "|":
                bars[-1] += 1
            elif char in "*+?{":
                if char == "{":
                    count = _COUNT.match(pattern, self._at)
                    if count is None:  # Java refuses it, Python takes it for a plain character
                        return float("inf")
                    self._at = count.end()
                    repeats += count[1] is not None
                elif char == "?":
                    ways *= 2
                else:
                    repeats += 1
                follows = pattern[self._at : self._at + 1]
                if follows == "+":  # possessive: Python knows it only since 3.11
                    return float("inf")
                self._at += follows == "?"
            if ways > MAX_STEPS or repeats > 10:
                return float("inf")
        return float(max(length, 2) ** repeats * ways * bars[0])

    def _skip_class(self) -> bool:
        pattern = self._pattern
        self._at += pattern.startswith("^", self._at)
        self._at += pattern.startswith("]", self._at)
        while self._at < len(pattern):
            char = pattern[self._at]
            if char == "[" or pattern[self._at : self._at + 2] in ("&&", "--", "||", "~~"):
                return False  # sets in sets and their arithmetic, which Python does not have
            self._at += 2 if char == "\\" else 1
            if char == "]":
                return True
        return False
