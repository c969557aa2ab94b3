"""Passwords that people choose, and that everybody who guesses tries first."""

from __future__ import annotations

import re

# Stems; what is added to them is a year, a few digits, a mark.
_STEMS = frozenset(
    (
        "spring summer autumn fall winter january february march april may june july august "
        "september october november december monday tuesday wednesday thursday friday saturday "
        "sunday qwerty qwertz azerty qwertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx "
        "qweasd qwe qaz wsx abc abcd abcdef abcabc iloveyou ilove love lovely dragon monkey "
        "football baseball basketball soccer hockey hunter batman superman spiderman starwars "
        "pokemon naruto matrix ninja master shadow sunshine princess flower cheese banana orange "
        "apple cookie chocolate pepper ginger buddy charlie daniel michael jordan jennifer jessica "
        "ashley thomas andrew joshua robert george matthew anthony maggie bailey hannah nicole "
        "tigger mustang ferrari porsche harley corvette yankees liverpool chelsea arsenal "
        "barcelona juventus london paris berlin tokyo england germany france america freedom "
        "computer internet laptop samsung google facebook microsoft windows linux ubuntu cisco "
        "company mycompany business office team devops jesus angel family forever secure security "
        "trustno killer hello whatever test letmein welcome access solo zaq xsw biteme"
    ).split()
)
_LEET = str.maketrans("0134578@$!", "oleastbasi")
_SHAPE = re.compile(r"[^a-z]{0,4}([a-z]{2,16})[^a-z]{0,6}")
_LONGEST = 24


def is_common_password(value: str) -> bool:
    """Return whether a value is a word that many choose, with a year or a mark around it."""
    if len(value) > _LONGEST:
        return False
    lowered = value.lower()
    # An end such as "!" or "2024" is no letter, so only what is before it is read as letters.
    readings = (lowered, *(lowered[:at].translate(_LEET) + lowered[at:] for at in _ends(lowered)))
    return any(
        found is not None and found[1] in _STEMS
        for found in (_SHAPE.fullmatch(reading) for reading in readings)
    )


def _ends(text: str) -> range:
    core = text.rstrip("0123456789!?.#$*@_-")
    return range(len(core), min(len(text), len(core) + 6) + 1)
