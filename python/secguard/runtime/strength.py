"""Whether a value is one that can be told from ordinary text."""

from __future__ import annotations

import math
import re

from secguard.secrets.entropy import looks_random
from secguard.secrets.placeholders import is_placeholder
from secguard.secrets.words import is_guessable

_LEAST_BITS = 28
_LEAST_LENGTH = 8
_LEAST_MIXED = 6
_CLASSES = (
    (re.compile(r"[a-z]"), 26),
    (re.compile(r"[A-Z]"), 26),
    (re.compile(r"[0-9]"), 10),
    (re.compile(r"[!-/:-@\[-`{-~ ]"), 33),
    (re.compile(r"[^ -~]"), 64),
)
_HEX = re.compile(r"[0-9a-f-]*|[0-9A-F-]*")
_FLAGS = frozenset(
    "true false yes no on off null none nil undefined enabled disabled default".split()
)
_STAGES = frozenset(
    "production staging development testing sandbox preview main master develop trunk".split()
)
_PLAIN = re.compile(
    # Short numbers, versions, dates; regions; paths; addresses.
    r"[+-]?\d{1,6}|v?\d+(?:[._-]\d+){1,3}(?:[.-]?(?:a|b|rc|alpha|beta|dev|post)[.-]?\d*)?"
    r"|\d{4}-\d\d-\d\d(?:[T ][\d:.Z+-]*)?|(?:[a-z]{2}|europe|asia)-[a-z]{4,12}-?\d[a-z]?"
    r"|(?:[~.]{0,2}/|[A-Za-z]:[\\/])[^\0]*|[^\s@:/]+@[\w.-]+\.[a-z]{2,}"
    # Hosts, and URLs without a password.
    r"|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?|[a-z][a-z0-9+.-]*://[^\s@]*"
)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/@:]*:(?P<password>[^\s/]*)@[^\s@]*")
_PARTS = re.compile(r"[^A-Za-z0-9_-]+")
_LONG = 16
_DIGITS = re.compile(r"\d")
_WORD = re.compile(r"[a-z]{3}")
_LEET = str.maketrans("013457@$", "oleastas")


def bits(value: bytes) -> float:
    """Estimate what it takes to guess a value, in bits: its alphabet, without repetition."""
    text = value.decode("utf-8", "surrogateescape")
    if _is_words(text):
        text = "".join(_DIGITS.findall(text))
    runs = sum(a != b for a, b in zip(text, text[1:])) + 1
    alphabet = sum(size for pattern, size in _CLASSES if pattern.search(text))
    if _HEX.fullmatch(text):
        alphabet = min(alphabet, 16)
    return min(runs, 2 * len(set(text))) * math.log2(max(alphabet, 1))


def is_distinctive(value: bytes) -> bool:
    """Return whether a value does not turn up in other people's files by chance."""
    classes = sum(1 for pattern, _ in _CLASSES if pattern.search(value.decode("latin-1")))
    least = _LEAST_MIXED if classes > 2 else _LEAST_LENGTH
    return len(value) >= least and bits(value) >= _LEAST_BITS and not ordinary(value)


def ordinary(value: bytes) -> str:
    """Say why a value cannot be a secret whatever its name is, or give an empty text."""
    text = value.decode("utf-8", "surrogateescape").strip().strip("'\"")
    if len(text) < 4:
        return "it is shorter than four characters"
    url = _URL.fullmatch(text)
    if url:
        return ordinary(url["password"].encode("utf-8", "surrogateescape"))
    if text.lower() in _FLAGS or text.lower() in _STAGES:
        return "it is a word that stands for a setting"
    if _PLAIN.fullmatch(text) and not _has_random_part(text):
        return "it is a number, a path or an address"
    if (_is_words(text) and bits(value) < _LEAST_BITS) or (
        is_guessable(text) and is_placeholder(text)
    ):
        return "it is made of common words"
    return ""


def _is_words(text: str) -> bool:
    # NOTE: single letters among digits are guessable one by one, and not together.
    lowered = text.lower()
    readings = (lowered, lowered.translate(_LEET))
    return any(_WORD.search(one) and is_guessable(one) for one in readings)


def _has_random_part(text: str) -> bool:
    return any(len(part) >= _LONG and looks_random(part) for part in _PARTS.split(text))
