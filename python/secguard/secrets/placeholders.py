"""Values that stand where a secret will be: templates, dummies, documentation examples."""

from __future__ import annotations

import hashlib
import re

_TEMPLATE = re.compile(
    r"\$\{|\$\(|\$\[|<<|>>|\{\{|\}\}|<%|%\(|\$[A-Z_]{2}|%[sdv](?![0-9A-Za-z])"
    r"|^\$\w+$|^%\w+%$|^@\w+@$|^<.*>$|^\[.*\]$|^\{.*\}$|\{[a-z_]{3,}\}",
    re.DOTALL,
)
_DUMMY = re.compile(
    r"example|sample|placeholder|dummy|redacted|foobar|invalid|deadbeef|cafebabe|fixme|changethis"
    r"|replace[-_ ]?(?:me|this|with)|insert[-_ ]|^your|[-_ ]your[-_ ]|[-_ ]here$"
    r"|not[-_ ]?(?:an?[-_ ]?)?(?:real|secret|valid|used|needed)|\.\.\.|…|\*\*\*|xxxx"
    r"|(?<![a-z])(?:fake|mock|stub|todo|tbd|none|null|nil|undefined|unset|empty)(?![a-z])"
    r"|12345678|23456789|abcdefg|qwerty|asdfgh"
)
_LONGEST_DUMMY = 200
_LONGEST_PERIOD = 16

# Published keys, as the head of the SHA-256 of the lower-case value, so that this file holds none:
# the ten accounts of anvil and hardhat, ganache's first, the keys of the two Azure emulators, the
# token of GitHub's documentation, the signatures of the jwt.io examples, the client of RFC 6749.
_PUBLISHED = frozenset(
    (
        "bc1a50966c9e 8335c5533482 b26ab6529d20 64034b44c579 4d3e46eec824 0aedba9d586f "
        "28e543d3753f f070994a8599 38e69fdd19ae 967f21586cdf 578592185588 034682f91502 "
        "39a92138de4c c1f366de867d 8f7c647115d0 0b1998edd08b d1967c602d15 01eefb2a8612"
    ).split()
)


def is_placeholder(value: str) -> bool:
    """Return whether a value is a template, a dummy or a published example, not a secret."""
    text = value.strip().strip("\"'").strip()
    if not text or _TEMPLATE.search(text[:_LONGEST_DUMMY]):
        return True
    lowered = text.lower()
    if _DUMMY.search(lowered[:_LONGEST_DUMMY]):
        return True
    return _is_pattern(re.sub(r"[\W_]+", "", lowered)) or _is_published(lowered)


def _is_pattern(text: str) -> bool:
    """Whether characters repeat or count up so regularly that nobody generated them."""
    length = len(text)
    if length < 8:
        return length > 2 and len(set(text)) == 1
    if len(set(text)) <= 3 + length // 100:
        return True
    for period in range(1, min(_LONGEST_PERIOD, length // 2) + 1):
        if text[period:] == text[:-period]:
            return True
    return _counts_up(text, 1) or _counts_up(text, 2)


def _counts_up(text: str, stride: int) -> bool:
    steps = [abs(ord(b) - ord(a)) <= 1 for a, b in zip(text, text[stride:])]
    return sum(steps) >= 0.7 * len(steps)


def _is_published(text: str) -> bool:
    # The key may follow "0x" or a four-letter prefix, or end a dotted token.
    candidates = (text, text[2:], text[4:], text.rpartition(".")[2])
    return any(
        hashlib.sha256(candidate.encode("utf-8", "replace")).hexdigest()[:12] in _PUBLISHED
        for candidate in candidates
    )
