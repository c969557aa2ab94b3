"""Texts in pieces: every part of an expanded text points at where it was written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.circleci.values import HOLE, Control, Listed, Piece, Scalar, Unknown, members, scalars
from tests.unit.circleci.expanding import clean, root_of, shown, with_steps

WORDS = st.text(alphabet="ab $é", min_size=0, max_size=5)
PARTS = st.lists(
    WORDS
    | st.sampled_from(
        (
            "<< parameters.x >>",
            "<<parameters.y>>",
            "<< pipeline.git.branch >>",
            "<< pipeline.number or 3 >>",
            "\\<<",
        )
    ),
    max_size=6,
).map("".join)


def _config(first: str, second: str, last: str) -> str:
    return with_steps(
        f"- one: {{x: '{first}', y: 'Y'}}",
        "commands:\n"
        f"  one:\n    parameters: {{x: {{type: string}}, y: {{type: string}}}}\n"
        f"    steps: [two: {{x: '{second}', y: 'Z'}}]\n"
        f"  two:\n    parameters: {{x: {{type: string}}, y: {{type: string, default: d}}}}\n"
        f"    steps: [{{run: 'it: {last}'}}]\n",
    )


@settings(max_examples=150, deadline=None)
@given(WORDS, PARTS, PARTS)
def test_each_piece_is_the_text_at_its_place(first: str, second: str, last: str) -> None:
    text = _config(first, second, last)
    (step,) = clean(text).jobs[0].steps
    command = step.command
    assert command is not None
    assert command.text == "".join(piece.text for piece in command.pieces)
    assert command.text.startswith("it: ")
    at = 0
    for piece in command.pieces:
        assert piece.text, "an empty piece"
        here = shown(piece.location(), text)
        if piece.unknown is not None:
            assert (piece.text, here[:2], here[-2:]) == (HOLE, "<<", ">>")
        elif piece.text == "<<":
            assert here == "\\<<"
        else:
            assert here == piece.text
            for start in range(len(piece.text)):
                for end in range(start + 1, len(piece.text) + 1):
                    place = command.at(at + start, at + end)
                    assert shown(place, text) == piece.text[start:end]
        for use in piece.uses:
            template = shown(use.location(), text)
            assert template.startswith("<<") and template.endswith(">>")
        at += len(piece.text)
    for start in range(len(command.text)):
        for end in range(start, len(command.text) + 1):
            spans = list(command.spans(start, end))
            if end > start:
                assert (
                    "".join(piece.text[low:high] for piece, low, high in spans)
                    == (command.text[start:end])
                )
            assert command.at(start, end).uri == "config.yml"


@settings(max_examples=100, deadline=None)
@given(PARTS)
def test_a_range_over_pieces_covers_the_templates_between(last: str) -> None:
    text = _config("first", "<< parameters.x >>", last)
    (step,) = clean(text).jobs[0].steps
    assert step.command is not None
    place = step.command.at(0, len(step.command.text))
    written = "it: " + last
    assert written.startswith(shown(place, text)) and len(shown(place, text)) >= 4


@pytest.mark.parametrize(
    "block",
    ["|\n{}", "|-\n{}", "|+\n{}\n\n", "|2\n{}", ">\n{}", ">-\n{}"],
)
def test_places_hold_in_blocks(block: str) -> None:
    lines = [
        "set -e",
        "",
        "echo << parameters.who >> $A",
        "  indented << pipeline.number >>",
        "end",
    ]
    body = block.format("\n".join(f"          {line}" if line else "" for line in lines))
    text = with_steps(
        "- say: {who: you all}",
        "commands:\n  say:\n    parameters: {who: {type: string}}\n"
        f"    steps:\n      - run: {body}\n",
    )
    (step,) = clean(text).jobs[0].steps
    command = step.command
    assert command is not None
    for word in ("set", "echo", "you all", "$A", "indented", "end"):
        start = command.text.index(word)
        assert shown(command.at(start, start + len(word)), text) == word
    hole = command.text.index(HOLE)
    assert shown(command.at(hole, hole + 1), text) == "<< pipeline.number >>"


def _scalar() -> Scalar:
    node = root_of("a: 'one << x >> three'\n").get("a")
    assert node is not None
    unknown = Unknown("x", "string", Control.REF)
    return Scalar(
        node,
        (
            Piece("one ", node, 0, 4),
            Piece(HOLE, node, 4, 11, (), unknown),
            Piece(" three", node, 11, 17),
        ),
    )


def test_what_is_unknown_is_told() -> None:
    value = _scalar()
    assert not value.known
    assert [one.name for one in value.unknowns] == ["x"]
    assert value.display == "one << x >> three"
    assert value.assumed == f"one {HOLE} three"
    assert value.unknown_at(3) is None
    found = value.unknown_at(4)
    assert found is not None and found.unknown is value.unknowns[0]
    assert value.unknown_at(99) is None


def test_an_empty_range_and_one_outside_have_a_place() -> None:
    value = _scalar()
    assert list(value.spans(0, 0)) == [(value.pieces[0], 0, 0)]
    for start, end in ((0, 0), (4, 4), (11, 11), (50, 60)):
        assert value.at(start, end).uri == "config.yml"
    empty = Scalar(value.node, ())
    assert list(empty.spans(0, 5)) == []
    assert empty.at(0, 5).span == value.node.location().span


def test_a_value_is_never_shown_by_accident() -> None:
    assert "one" not in repr(_scalar())


def test_members_and_scalars_are_walked() -> None:
    expansion = clean(
        with_steps(
            "- run: {command: a, environment: {A: b, C: [d, e]}}\n- save_cache: {paths: [f]}"
        )
    )
    values = [step.args for step in expansion.jobs[0].steps]
    assert [one.text for value in values for one in scalars(value)] == ["a", "b", "d", "e", "f"]
    listed = next(one for one in members(values[1]) if not isinstance(one, Scalar))
    assert not isinstance(listed, Listed)
    assert members(None) == ()
