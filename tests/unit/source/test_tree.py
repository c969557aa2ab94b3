"""YAML as nodes: values as CircleCI reads them, places as they stand in the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secguard.source.node import Node
from secguard.source.text import ReadError, TextFile
from secguard.source.tree import MAX_DEPTH, parse


def _root(text: str) -> Node:
    return parse(TextFile("f.yml", text))


def _shown(node: Node, start: int, end: int) -> str:
    low, high = node.range(start, end)
    return node.file.text[low:high]


SCALARS = {
    "plain": "key: one two three\n",
    "plain over lines": "key: one\n  two\n\n  three\nnext: 1\n",
    "single": "key: 'it''s one two three'\n",
    "single over lines": "key: 'one\n  two\n\n  three'\n",
    "double": 'key: "one \\"two\\" \\x41\\u00e9 three"\n',
    "double over lines": 'key: "one \\\n   two\n   three"\n',
    "literal": "key: |\n  one two\n    indented\n\n  three\nnext: 1\n",
    "literal kept": "key: |+\n  one\n  three\n\n\nnext: 1\n",
    "literal stripped": "key: |-\n  one\n  three\n",
    "literal with indicator": "key: |2\n    one\n  three\n",
    "literal with blanks at the end": "key: |\n  one  \n  three   \n",
    "folded": "key: >\n  one\n  two\n\n  three\n\n    more\n  end\n",
    "anchored": "key: &name one three\n",
    "tagged": "key: !!str one three\n",
    "anchored block": "key: &name |\n  one\n  three\n",
    "not ascii": "key: 'größer 😀 three'\n",
    "windows": "key: |\r\n  one\r\n  three\r\nnext: 1\r\n",
    "in a list": "key:\n- |\n  one\n  three\n",
}


@pytest.mark.parametrize("text", SCALARS.values(), ids=SCALARS)
def test_each_character_of_a_scalar_has_its_place(text: str) -> None:
    node = _root(text).get("key")
    assert node is not None
    node = node.items[0] if node.is_list else node
    for index, char in enumerate(node.value):
        shown = _shown(node, index, index + 1)
        written = shown == "''" or shown.startswith("\\")
        assert shown == char or char in " \n" or written, (index, char, shown)
    for word in ("one", "three"):
        at = node.value.find(word)
        if at >= 0:
            assert _shown(node, at, at + len(word)) == word


@given(st.text(alphabet="ab \n'\"\\:#-é\t", max_size=40), st.sampled_from(["'", '"', "|"]))
def test_places_hold_for_any_text(value: str, style: str) -> None:
    import yaml

    text = yaml.dump({"key": value}, default_style=style, allow_unicode=True, width=20)
    node = _root(text).get("key")
    assert node is not None
    assert node.value == value
    for index, char in enumerate(value):
        shown = _shown(node, index, index + 1)
        assert shown == char or char in " \n\t" or shown == "''" or shown.startswith("\\")


def test_the_later_of_two_equal_anchors_counts() -> None:
    root = _root("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    assert [node.value for _, node in root.values()] == ["1", "1", "2", "2"]


def test_merge_keys_give_way_to_the_mappings_own_keys() -> None:
    root = _root(
        "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: *a\n  <<: *b\n  x: 3\n"
        "d: {<<: [*b, *a]}\n"
    )
    c, d = root.get("c"), root.get("d")
    assert c is not None and d is not None
    assert {name: node.value for name, node in c.values()} == {"x": "3", "y": "1", "z": "2"}
    assert {name: node.value for name, node in d.values()} == {"x": "1", "y": "2", "z": "2"}


def test_a_key_keeps_its_text_whatever_yaml_takes_it_for() -> None:
    root = _root("on: 1\n2.1: 2\nyes: 3\nnull: 4\n")
    assert [name for name, _ in root.values()] == ["on", "2.1", "yes", "null"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("v: yes", "bool"), ("v: 2.1", "float"), ("v: 010", "int"), ("v: ~", "null"), ("v: a", "str")],
)
def test_scalars_have_their_yaml_1_1_type(text: str, kind: str) -> None:
    node = _root(text).get("v")
    assert node is not None and node.type == kind


def test_a_long_block_is_pointed_at_by_its_first_line() -> None:
    node = _root("a:\n  b: |\n    one\n    two\n").get("a", "b")
    assert node is not None
    assert str(node.location().span) == "2:6-2:7"
    assert str(node.whole().span) == "2:6-4:8"


def test_a_collection_ends_with_its_last_value() -> None:
    node = _root("a:\n  - x\n  - y\n\n# a comment\nb: 1\n").get("a")
    assert node is not None and str(node.span) == "2:3-3:6"


UNREADABLE = {
    "a tab": ("a:\n\tb: 1\n", "not valid YAML", 2),
    "an open quote": ("a: 'b\n", "not valid YAML", 2),
    "two documents": ("a: 1\n---\nb: 2\n", "not valid YAML", 2),
    "a template": ("a:\n  {{> partial}}\n  b: 1\n", "template", 2),
    "a control character": ("a: b\n c\x07: 1\n", "control character U\\+0007", 2),
    "an anchor in itself": ("a: &a\n  - *a\n", "alias of itself", 1),
    "an unknown alias": ("a: *nowhere\n", "not valid YAML", 1),
    "deep brackets": ("a: " + "[" * 2_000, f"deeper than {MAX_DEPTH}", 1),
    "deep mappings": (
        "".join(" " * level + "a:\n" for level in range(400)),
        f"deeper than {MAX_DEPTH}",
        150,
    ),
}


@pytest.mark.parametrize(("text", "said", "line"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_with_a_place(text: str, said: str, line: int) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        _root(text)
    span = caught.value.where.span
    assert span is not None and span.line == line


def test_an_empty_document_is_null() -> None:
    assert _root("# nothing here\n").type == "null"


def test_shared_nodes_stay_shared() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    root = _root("\n".join(lines))
    last = root.get("a11")
    assert last is not None and len({id(item) for item in last.items}) == 1


def test_a_node_does_not_show_its_value() -> None:
    node = _root("password: hunter2").get("password")
    assert "hunter2" not in repr(node)
