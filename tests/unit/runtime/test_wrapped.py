"""Base64 and hex are joined again where programs broke them into lines."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.runtime.wrapped import unwrapped

DIGITS = base64.b64encode(bytes(range(256)) * 2)


def lines(columns: int, end: bytes, indent: bytes = b"") -> bytes:
    parts = [DIGITS[at : at + columns] for at in range(0, len(DIGITS), columns)]
    return end.join(indent + part for part in parts)


@pytest.mark.parametrize("columns", [60, 64, 76, 100])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"  \n", b"\\n", b"\\r\\n"])
@pytest.mark.parametrize("indent", [b"", b"    ", b"\t"])
def test_wrapped_digits_are_joined(columns: int, end: bytes, indent: bytes) -> None:
    data = b"before it:\n" + lines(columns, end, indent) + b"\n: after it"
    (block,) = unwrapped(data)
    assert block.data == DIGITS
    for at in (0, 59, 60, 300, len(DIGITS) - 1):
        place = block.place(at)
        assert data[place] == DIGITS[at]
    assert block.place(0) == data.index(DIGITS[:8])


@pytest.mark.parametrize("blanks", [b"", b" ", b"\t", b" " * 8, b" \t" * 4])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\\n", b"\\r\\n"])
def test_blanks_before_a_line_end_are_seen_through(blanks: bytes, end: bytes) -> None:
    (block,) = unwrapped(b"x: " + lines(64, blanks + end))
    assert block.data == DIGITS
    assert list(unwrapped(b"x: " + lines(64, b" " * 9 + end))) == []


def test_digests_that_words_follow_do_not_hide_what_is_wrapped() -> None:
    digest = b"0123456789abcdef" * 4
    around = b"".join(digest + after for after in (b" 3.4 MB\n", b'"}\n', b"  *file\n", b"\tx "))
    for before in (around, around + b"\n", b""):
        (block,) = unwrapped(before + lines(64, b"\n") + b" " + around)
        assert block.data == DIGITS


PIECES = st.sampled_from(
    [
        b"A" * 55,
        b"A" * 56,
        b"b9+/" * 15,
        b"_-=",
        b" ",
        b"\t",
        b"\n",
        b"\r",
        b"\\",
        b"\\n",
        b"n",
        b".",
    ]
)
BREAK = rb"[ \t]{0,8}(?:\r?\n|(?:\\r)?\\n)[ \t]{0,40}"
PLAIN = re.compile(rb"(?<![\w+/=-])[\w+/=-]{56,}(?:%s[\w+/=-]+)+" % BREAK)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=24).map(b"".join))
def test_the_fast_way_joins_what_the_plain_way_joins(data: bytes) -> None:
    joined = [re.sub(BREAK, b"", match[0]) for match in PLAIN.finditer(data)]
    assert [block.data for block in unwrapped(data)] == joined


@pytest.mark.parametrize(
    "data", [b"", b"short\nlines\n" * 50, DIGITS, b"a" * 60 + b" and words", lines(40, b"\n")]
)
def test_what_is_not_wrapped_is_left_alone(data: bytes) -> None:
    assert list(unwrapped(data)) == []


def test_several_blocks_are_joined_each_by_itself() -> None:
    data = lines(64, b"\n") + b"\n\n--\n" + lines(76, b"\n")
    assert [block.data for block in unwrapped(data)] == [DIGITS, DIGITS]


def test_no_text_takes_long() -> None:
    for data in (b"a" * 300_000, b"a\n" * 150_000, (b"a" * 60 + b" \\") * 5000):
        assert len(list(unwrapped(data))) <= 1
