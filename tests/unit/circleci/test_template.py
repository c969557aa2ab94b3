"""Templates in texts: found with the right offsets, and nothing else taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.circleci.template import MAX_BODY, Template, templates


def _found(text: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.body, text[one.start : one.end]) for one in templates(text)]


@pytest.mark.parametrize(
    ("text", "kind", "body"),
    [
        ("<< parameters.x >>", "reference", "parameters.x"),
        ("<<parameters.x>>", "reference", "parameters.x"),
        ("<<\n  pipeline.git.branch\n>>", "reference", "pipeline.git.branch"),
        ("<< matrix.node-version >>", "reference", "matrix.node-version"),
        ("<< pipeline.parameters.A.b_c-1 >>", "reference", "pipeline.parameters.A.b_c-1"),
        ("<< parameters.2nd >>", "reference", "parameters.2nd"),
        (
            '<< pipeline.git.branch or "unknown branch" >>',
            "expression",
            'pipeline.git.branch or "unknown branch"',
        ),
        ("<< not parameters.x >>", "expression", "not parameters.x"),
        ("<< pipeline.number > 5 >>", "expression", "pipeline.number > 5"),
        ("<<# parameters.x >>", "section", "parameters.x"),
        ("<<#x>>", "section", "x"),
        ("<<^ parameters.x >>", "inverted", "parameters.x"),
        ("<</ parameters.x >>", "close", "parameters.x"),
        ("\\<<", "escape", "<<"),
    ],
)
def test_a_template_is_found(text: str, kind: str, body: str) -> None:
    assert _found(text) == [(kind, body, text)]
    assert _found(f"a {text} b") == [(kind, body, text)]


@pytest.mark.parametrize(
    "text",
    [
        "cat <<EOF > file",
        "cat <<'EOF' >> file",
        'grep x <<< "$LINE" >> log',
        "cat << EOF\n<< x\nEOF\necho >> parameters.txt",
        "echo $((1 << 3)) >> log",
        "<< name >>",
        "<< >>",
        "<<include(scripts/a.sh)>>",
        "<< EOF\nparameters.x\n>>",
        "<< " + " " * MAX_BODY + "parameters.x >>",
        "myparameters.x >>",
        "<< myparameters.x >>",
        "<< parameters. >>",
    ],
)
def test_what_only_looks_like_a_template_is_none(text: str) -> None:
    assert [one for one in _found(text) if one[0] != "escape"] == []


def test_escapes_are_told_from_templates() -> None:
    assert _found(r"a \<< parameters.x >>") == [("escape", "<<", r"\<<")]
    assert _found(r"a \\<< parameters.x >>") == [
        ("escape", "\\", "\\\\"),
        ("reference", "parameters.x", "<< parameters.x >>"),
    ]
    assert _found(r"a \\<<EOF") == []
    assert _found(r"wc \<<< x") == [("escape", "<<", r"\<<")]


def test_a_template_may_follow_signs_of_its_own_kind() -> None:
    assert _found("<<<< parameters.x >>") == [("reference", "parameters.x", "<< parameters.x >>")]
    assert _found('cat <<< "<< parameters.x >>"')[0][2] == "<< parameters.x >>"
    assert _found("<< parameters.x >>>")[0][2] == "<< parameters.x >>"
    assert [one[1] for one in _found("<<parameters.a>><<parameters.b>>")] == [
        "parameters.a",
        "parameters.b",
    ]


PARTS = ("<<", ">>", "<", ">", "\\", " ", "\n", "parameters.x", "pipeline.a", "#", "/", "or", '"b"')


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join) | st.text(max_size=30))
def test_offsets_are_right_in_any_text(text: str) -> None:
    at = 0
    for one in templates(text):
        assert isinstance(one, Template)
        assert at <= one.start < one.end <= len(text), "out of order, or outside"
        at = one.end
        shown = text[one.start : one.end]
        if one.kind == "escape":
            assert (shown, one.body) in (("\\<<", "<<"), ("\\\\", "\\"))
        else:
            assert shown.startswith("<<") and shown.endswith(">>") and one.body in shown


@pytest.mark.parametrize(
    "part", ["<", "<< ", "<< pipeline.x", "\\<", "<< pipeline.x or >", "<<#a>>"]
)
def test_a_megabyte_of_anything_is_read(part: str) -> None:
    assert sum(1 for _ in templates(part * (1_000_000 // len(part)))) >= 0
