"""Text that is shortened can be read again, by the orb as well."""

from __future__ import annotations

import runpy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.build_bundle import BOOT
from tools.words import lengthen, shorten

MANY = "".join(f"{chr(97 + n % 26)}{chr(97 + n // 26)}word " * 20 for n in range(600))


def unpacked(text: str) -> str:
    """Read a text the way that `boot.py` does."""
    codes = runpy.run_path(str(BOOT))["_CODES"]
    words, _, body = text.partition("\0")
    return body.translate(dict(zip(codes, words.split("\n"))))


@pytest.mark.parametrize(
    "text",
    ["", "a", "return " * 100, "a\0b\r\n", "\t\x0b\x7f\x80é߿ࠀ… " * 20, MANY, "\x01 ö " + MANY],
    ids=["empty", "short", "one", "controls", "others", "many", "both"],
)
def test_what_is_read_is_what_was_written(text: str) -> None:
    assert lengthen(shorten(text)) == text
    assert unpacked(shorten(text)) == text


@given(st.text(), st.lists(st.sampled_from(["return", "self", "\x01", "ö", "\n", "\0"])))
@settings(max_examples=50, deadline=None)
def test_any_text_is_read_again(text: str, words: list[str]) -> None:
    for one in (text, text * 50, " ".join(words * 40) + text):
        assert unpacked(shorten(one)) == one


def test_frequent_words_become_single_characters() -> None:
    assert shorten("return self " * 30) == "return\nself\0" + "\x01 \x02 " * 30


def test_what_saves_nothing_stays() -> None:
    assert shorten("once upon a time") == "\0once upon a time"
