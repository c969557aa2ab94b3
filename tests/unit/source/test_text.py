"""Texts know their lines, and refuse what is no text."""

from __future__ import annotations

import pytest

from secguard.finding import Span
from secguard.source.text import MAX_BYTES, ReadError, TextFile


@pytest.mark.parametrize(
    ("text", "offset", "position"),
    [
        ("ab\ncd", 0, (1, 1)),
        ("ab\ncd", 2, (1, 3)),
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\rcd", 3, (2, 1)),
        ("ä😀b", 2, (1, 3)),
        ("a\u2028b", 2, (1, 3)),
    ],
)
def test_an_offset_has_a_line_and_a_column(
    text: str, offset: int, position: tuple[int, int]
) -> None:
    assert TextFile("f", text).position(offset) == position


def test_a_byte_order_mark_takes_no_column() -> None:
    file = TextFile.decode("f", b"\xef\xbb\xbfkey: value")
    assert file.text == "key: value"
    assert file.span(0, 3) == Span(1, 1, 1, 4)


def test_lines_come_without_their_ends() -> None:
    assert TextFile("f", "a\r\nb\nc").lines == ("a", "b", "c")


@pytest.mark.parametrize(
    ("data", "said", "line"),
    [
        (b"ok\n\xff\xfe", "not UTF-8", 2),
        (b"a\nb\nc\0", "NUL byte", 3),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_a_place(data: bytes, said: str, line: int) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        TextFile.decode("f", data)
    assert caught.value.where.span is not None
    assert caught.value.where.span.line == line
    assert caught.value.hint


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(ReadError, match="larger than 8 MB"):
        TextFile.decode("f", b"a" * (MAX_BYTES + 1))
    TextFile.decode("f", b"a" * MAX_BYTES)
