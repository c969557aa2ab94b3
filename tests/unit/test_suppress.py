"""Tests for comments that suppress findings."""

from __future__ import annotations

from datetime import date

import pytest

from secguard.circleci.config import fragment
from secguard.finding import Confidence, Finding, Location, Problem, Severity, Span
from secguard.source.node import Node
from secguard.source.text import TextFile
from secguard.source.tree import parse
from secguard.suppress import Applied, Comment, apply, comments

TODAY = date(2026, 6, 1)
FORM = "# secguard: ignore[some-rule] a reason"


def _root(text: str) -> Node:
    return parse(TextFile("c.yml", text))


def _at(line: int, rule: str = "some-rule", end: int = 0) -> Finding:
    where = Location("c.yml", Span(line, 1, end or line, 5))
    return Finding(rule, Severity.LOW, Confidence.HIGH, "a message", where)


def _applied(text: str, *findings: Finding, problems: tuple[Problem, ...] = ()) -> Applied:
    found = comments((_root(text),))
    return apply(findings, found, TODAY, {"some-rule", "other-rule"}, problems)


STEPS = f"""\
jobs:
  build:
    steps:
      - run: a {FORM}
      - run: b
      {FORM}
      # and this is why
      - run:
          name: c
          command: |
            one
            two {FORM}
            {FORM}
            three
            four
      - run: {FORM}
          name: d
          command: one
      - run:
          name: e
          {FORM}
          command: |
            one
            two

            # three
      - call/orb: {FORM}
          with: x
      - add_ssh_keys
"""


@pytest.mark.parametrize(
    ("line", "covered"),
    [
        (3, False),
        (4, True),
        (5, False),
        (8, True),
        (11, True),
        (16, True),
        (18, True),
        (20, False),
        (22, True),
        (24, True),
        (26, True),
        (28, True),
        (29, False),
    ],
)
def test_a_comment_counts_for_its_line_or_step_or_text(line: int, covered: bool) -> None:
    applied = _applied(STEPS, _at(line))
    assert bool(applied.suppressed) is covered
    assert bool(applied.kept) is not covered


def test_a_shell_comment_counts_for_its_line_or_the_next() -> None:
    text = f"command: |\n  one\n  two {FORM}\n  three\n  {FORM}\n  four\n  five\n"
    hidden = {n for n in range(1, 8) if _applied(text, _at(n)).suppressed}
    assert hidden == {3, 6}


def test_any_line_of_a_finding_may_bear_the_comment() -> None:
    text = f"a: 1\nb: 2 {FORM}\nc: 3\n"
    assert _applied(text, _at(1, end=3)).suppressed
    assert not _applied(text, _at(3, end=4)).suppressed


def test_a_comment_counts_for_its_rules_only() -> None:
    text = "a: 1 # secguard: ignore[some-rule,  other-rule] both\n"
    assert len(_applied(text, _at(1), _at(1, "other-rule")).suppressed) == 2
    assert not _applied(text, _at(1, "third-rule")).suppressed


def test_the_reason_is_kept() -> None:
    (suppression,) = _applied(
        "a: 1 #  secguard:ignore [some-rule]  it is   so until=2026-06-01 \n", _at(1)
    ).suppressed
    assert (suppression.by, suppression.reason) == ("comment", "it is so")


@pytest.mark.parametrize(
    "comment",
    [
        "# secguard: ignore[some-rule]",
        "# secguard: ignore[some-rule] - -",
        "# secguard: ignore",
        "# secguard: ignore[] a reason",
        "# secguard: ignore[some-rule] a reason until=soon",
        "# secguard: ignore[some-rule] a reason until=2026-05-31",
        "# secguard: ignores[some-rule] a reason",
        "# secguard: see docs",
    ],
)
def test_what_is_not_well_formed_suppresses_nothing(comment: str) -> None:
    assert not _applied(f"a: 1 {comment}\n", _at(1)).suppressed


def test_the_sign_needs_a_blank_before_it() -> None:
    assert not _applied(f"a: '{FORM}'\n", _at(1)).suppressed


def test_a_comment_that_has_ended_is_told() -> None:
    applied = _applied("a: 1 # secguard: ignore[some-rule] x until=2026-05-31\n", _at(1))
    assert [message for _, message, _, _ in applied.useless] == [
        "the comment ended on 2026-05-31, so it suppresses nothing any more"
    ]


def test_a_rule_that_finds_nothing_is_told_for_itself() -> None:
    applied = _applied("a: 1 # secguard: ignore[some-rule, other-rule] x\n", _at(1))
    ((where, message, _, subject),) = applied.useless
    assert message.startswith("the rule 'other-rule' finds nothing here")
    assert where.span == Span(1, 6, 1, 49) and subject == "other-rule"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1 # secguard: ignore[rule-of-another-run] x\n", ()),
        (f"a: 1 {FORM}\n", (Problem(Location("c.yml"), "failed", rule="some-rule"),)),
        (f"a: 1 {FORM}\n", (Problem(Location("c.yml"), "not read to its end"),)),
    ],
)
def test_what_was_not_checked_does_not_count_as_nothing_found(
    text: str, problems: tuple[Problem, ...]
) -> None:
    assert not _applied(text, problems=problems).useless


def test_one_comment_is_used_by_many_findings() -> None:
    applied = _applied(STEPS, *(_at(line) for line in (4, 11, 16, 22, 27)))
    assert not applied.kept and len(applied.suppressed) == 5


def test_comments_with_windows_line_ends_are_read() -> None:
    text = f"a: 1 {FORM}\r\nb: 2\r\n"
    (found,) = comments((_root(text),))
    assert found.reason == "a reason" and found.lines == (1, 1)


def test_comments_in_included_scripts_count() -> None:
    script = TextFile("s.sh", f"one\n{FORM}\ntwo\n")
    root = fragment(_root("jobs: {}\n")) or _root("jobs: {command: x}\n")
    included = Node(script, "scalar", (), 0, len(script.text), value=script.text, type="str")
    root.pairs = ((root.pairs[0][0], included),)
    (found,) = comments((root,))
    assert found == Comment(
        Location("s.sh", Span(2, 1, 2, len(FORM) + 1)), ("some-rule",), "a reason", "", (3, 3)
    )
