"""How random a value looks: tells generated credentials from words and identifiers."""

from __future__ import annotations

import math
import re
from collections import Counter

_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTERS = re.compile(r"[a-z]+")

# The 200 commonest letter pairs of words, as a letter and what may follow it: nine in ten pairs
# of a word are among them, three in ten of a random string.
_FOLLOWERS = {
    group[0]: group[1:]
    for group in (
        "abcdgilmnprstuy baeilou cacehiklortu daeiosu eacdefglmnprstvwx faefioru gaeir haeio "
        "iabcdefglmnoprstvz ke ladeilostuy maeiopu nacdefginostuv obcdglmnoprstuvw paehiloprty "
        "qu racdegimnorstuy sacehilopstuy tacehiloprstuy uabelmnprst vaei wai xpst yp ze"
    ).split()
}
_WORDLIKE = 0.56
# Share of neighbours of different classes (lower, upper, digit) a random text has at least, by
# the number of classes in it; a name keeps each class together.
_CHANGES_THREE_CLASSES = 0.36
_CHANGES_TWO_CASES = 0.28
_CHANGES_WITH_DIGITS = 0.1


def entropy(value: str) -> float:
    """Return the Shannon entropy of a value in bits per character."""
    total = len(value)
    return sum(count / total * math.log2(total / count) for count in Counter(value).values())


def is_varied(value: str) -> bool:
    """Return whether the characters of a value repeat no more than random hex digits do."""
    return len(value) > 1 and entropy(value) >= 0.72 * math.log2(min(len(value), 16))


def looks_random(value: str) -> bool:
    """Return whether a value of eight or more letters and digits looks generated, not written."""
    text = _SEPARATORS.sub("", value)
    if len(text) < 8 or text.isdigit() or not is_varied(text):
        return False
    classes = [_char_class(char) for char in text]
    changes = sum(a != b for a, b in zip(classes, classes[1:])) / (len(text) - 1)
    if _HEX.fullmatch(text):
        return changes > 0.2
    return changes >= _least_changes(classes) and _wordlikeness(value) < _WORDLIKE


def _char_class(char: str) -> str:
    if char.isdigit():
        return "d"
    return "u" if char.isupper() else "l"


def _least_changes(classes: list[str]) -> float:
    kinds = set(classes)
    if len(kinds) == 3:
        return _CHANGES_THREE_CLASSES
    if len(kinds) == 1:
        return 0.0
    return _CHANGES_WITH_DIGITS if "d" in kinds else _CHANGES_TWO_CASES


def _wordlikeness(value: str) -> float:
    """Share of the letter pairs of a value that are common in words."""
    pairs = common = 0
    for run in _LETTERS.findall(_CAMEL.sub("_", value).lower()):
        pairs += len(run) - 1
        common += sum(b in _FOLLOWERS.get(a, "") for a, b in zip(run, run[1:]))
    return common / pairs if pairs else 0.0
