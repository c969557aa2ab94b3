"""Who signed is compared by parts; a star stands for a part of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secguard.signatures.identity import fits


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a@b.example", "a@b.example", True),
        ("a@b.example", "A@b.example", False),
        ("*@b.example", "a@b.example", True),
        ("*@b.example", "a@evil.example/@b.example", False),
        ("*@b.example", "a@b.example.evil", False),
        ("https://h/o/r/*@refs/tags/*", "https://h/o/r/w.yml@refs/tags/v1", True),
        ("https://h/o/r/*@refs/tags/*", "https://h/o/r/w.yml@refs/tags/v1/x", False),
        ("https://h/o/*/w", "https://h/o/w", False),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "abc", True),
        ("a*b*c", "acb", False),
        ("ab*ba", "aba", False),
        ("*a*a*", "a", False),
        ("*", "", True),
        ("*", "a/b", False),
        ("", "", True),
        ("a.c", "abc", False),
        ("a*", "a\n", True),
    ],
)
def test_patterns(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected


@given(st.lists(st.text("ab", max_size=3), max_size=5), st.lists(st.text("abc/", max_size=3)))
def test_a_star_fits_whatever_has_no_slash(pieces: list[str], fillers: list[str]) -> None:
    text = "".join(
        piece + (fillers[at].replace("/", "") if at < len(fillers) and at + 1 < len(pieces) else "")
        for at, piece in enumerate(pieces)
    )
    assert fits("*".join(pieces), text)
