"""Tests for telling what a change takes away from a policy."""

from __future__ import annotations

import pytest

from secguard.finding import Severity
from secguard.policy.changes import Change
from secguard.policy.read import read_policy
from secguard.source.text import TextFile
from secguard.source.tree import parse

SEVERITIES = {"one": Severity.HIGH, "two": Severity.LOW}
ACCEPTED = "exceptions:\n  - {rule: one, reason: x, until: 2027-01-31}\n"


def _weakened(before: str, after: str) -> list[str]:
    file = TextFile("p", after)
    old = read_policy(TextFile("p", before), tuple(SEVERITIES))
    new = read_policy(file, tuple(SEVERITIES))
    found = Change(old, new, parse(file), SEVERITIES).weakened()
    return [f"{where.span and where.span.line}: {what}" for where, what in found]


@pytest.mark.parametrize(
    ("before", "after", "weakened"),
    [
        ("", "ignore: [one]", ["1: the change switches the rule 'one' off"]),
        ("ignore: [one]", "ignore:\n- one\n- two", ["3: the change switches the rule 'two' off"]),
        ("", "select: [one]", ["1: the change runs fewer rules"]),
        ("select: [one, two]", "select: [one]", ["1: the change runs fewer rules"]),
        ("", "severity: {one: low}", ["1: the change takes 'one' for low instead of high"]),
        ("severity: {two: high}", "", ["1: the change takes 'two' for low instead of high"]),
        ("", "fail_on: none", ["1: the change lets worse findings pass: 'fail_on'"]),
        ("fail_on: low", "", ["1: the change lets worse findings pass: 'fail_on'"]),
        ("", "min_severity: high", ["1: the change leaves more findings out: 'min_severity'"]),
        ("", "min_confidence: high", ["1: the change leaves more findings out: 'min_confidence'"]),
        ("strict: true", "\n{}", ["2: the change switches 'strict' off"]),
        ("strict: true", "strict: false", ["1: the change switches 'strict' off"]),
        ("comments: false", "", ["1: the change lets comments suppress findings: 'comments'"]),
        (
            "allow: {orbs: [a]}",
            "allow:\n  orbs:\n    - a\n    - b",
            ["4: the change trusts 'b' among the orbs"],
        ),
        ("", ACCEPTED, ["2: the change makes an exception of 'one' until 2027-01-31"]),
        (
            ACCEPTED,
            ACCEPTED.replace("2027", "2028"),
            ["2: the change makes an exception of 'one' until 2028-01-31"],
        ),
    ],
)
def test_what_lets_more_pass_is_told_at_its_line(
    before: str, after: str, weakened: list[str]
) -> None:
    assert _weakened(before, after) == weakened


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ignore: [one]", ""),
        ("select: [one]", "select: [one, two]"),
        ("select: [one]", ""),
        ("fail_on: none", "fail_on: high"),
        ("", "severity: {two: medium}"),
        ("", "strict: true\nmin_severity: info\nmin_confidence: low\ncomments: false"),
        ("allow: {hosts: [a, b]}", "allow: {hosts: [b]}"),
        (ACCEPTED, ""),
        (ACCEPTED, "# moved\n" + ACCEPTED),
    ],
)
def test_what_lets_no_more_pass_is_not_told(before: str, after: str) -> None:
    assert _weakened(before, after) == []
