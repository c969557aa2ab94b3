"""Writes frequent words as single characters, which xz makes less of than of the words.

A text so written begins with the words, one a line, up to a NUL. The characters that stand for
them are, in this order, those below U+0800 that printable ASCII leaves over: `boot.py` reads them.
"""

from __future__ import annotations

import re
from collections import Counter

_CODES = [chr(code) for code in (*range(1, 10), *range(14, 32), *range(127, 2048))]
_SHORT = 28
"""So many codes take one byte, the others two."""
_WORD = re.compile("[A-Za-z][a-z]{2,}|[A-Z]{3,}|[^\\0\\n\\r -~\\u0800-\\U0010ffff]")
_WORTH = 40
"""Bytes that a word has to save before compression; what saves less comes out longer after it."""


def shorten(text: str) -> str:
    """Write a text with single characters for its frequent words."""
    counts = Counter(_WORD.findall(text))
    # A character that stands for a word can't stand for itself, whatever that saves.
    gains = {
        word: (len(word) - 2) * count - len(word) - 1 if len(word) > 1 else _WORTH + len(text)
        for word, count in counts.items()
    }
    worth = sorted((word for word in gains if gains[word] > _WORTH), key=lambda w: (-gains[w], w))
    frequent = sorted(worth[: len(_CODES)], key=lambda word: (-counts[word], word))
    words = (*frequent[:_SHORT], *sorted(frequent[_SHORT:]))
    codes = dict(zip(words, _CODES))
    body = _WORD.sub(lambda found: codes.get(found[0], found[0]), text)
    return "\n".join(words) + "\0" + body


def lengthen(text: str) -> str:
    """Read a text that `shorten` wrote."""
    words, _, body = text.partition("\0")
    return body.translate(dict(zip(map(ord, _CODES), words.split("\n"))))
