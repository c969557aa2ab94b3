"""Tests for going from a scalar's value to the file and back."""

from __future__ import annotations

import pytest

from secguard.source.node import Node
from secguard.source.text import TextFile
from secguard.source.tree import parse


def _value(text: str) -> Node:
    node = parse(TextFile("a.yml", text)).get("a")
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("text", "part", "written"),
    [
        ("a: one two\n", "two", "two"),
        ("a: 'it''s' # x\n", "'", "''"),
        ("a: 'it''s'\n", "t's", "t''s"),
        ('a: "say \\"x\\" y"\n', '"x"', '\\"x\\"'),
        ('a: "\\u0041b"\n', "A", "\\u0041"),
        ("a: |\n  one\n  two\n", "one\n", "one\n"),
        ("a: |\r\n  one\r\n  two\r\n", "one\n", "one\r\n"),
        ("a: >\n  one\n  two\n", "one two", "one\n  two"),
    ],
)
def test_a_range_covers_all_that_writes_it(text: str, part: str, written: str) -> None:
    node = _value(text)
    start = node.value.index(part)
    first, last = node.range(start, start + len(part))
    assert node.file.text[first:last] == written
    assert node.value_range(first, last) == (start, start + len(part))


def test_an_empty_range_is_a_place() -> None:
    node = _value("a: 'one'\n")
    assert node.range(1, 1) == (5, 5)


def test_an_offset_is_a_line_and_a_column() -> None:
    file = TextFile("a.yml", "one\r\ntwo\nthree")
    for offset in range(len(file.text)):
        assert file.offset(*file.position(offset)) == offset
