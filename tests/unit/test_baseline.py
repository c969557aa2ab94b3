"""Tests for baselines."""

from __future__ import annotations

import json

import pytest

from secguard.baseline import read_baseline, write_baseline
from secguard.errors import UsageError
from secguard.finding import Confidence, Finding, Location, Severity, Span
from secguard.source.text import TextFile


def _finding(rule: str, line: int, path: tuple[str, ...]) -> Finding:
    where = Location("a.yml", Span(line, 1, line, 9), path)
    return Finding(rule, Severity.LOW, Confidence.HIGH, "'x' is wrong", where)


ONE = _finding("rule-b", 1, ("jobs", "build", "steps", "0", "run"))
TWO = _finding("rule-a", 2, ())


def test_what_is_written_can_be_read() -> None:
    entries = read_baseline(TextFile("b.json", write_baseline((ONE, TWO))))
    assert [(one.rule, one.place, one.fingerprint) for one in entries] == [
        ("rule-a", "a.yml", TWO.fingerprint),
        ("rule-b", "a.yml jobs.build.steps.run", ONE.fingerprint),
    ]


def test_neither_order_nor_lines_change_what_is_written() -> None:
    moved = _finding("rule-b", 70, ("jobs", "build", "steps", "5", "run"))
    assert write_baseline((ONE, TWO)) == write_baseline((TWO, moved))


def test_each_entry_has_a_line() -> None:
    lines = write_baseline((ONE, TWO)).splitlines()
    assert len([line for line in lines if "fingerprint" in line]) == 2
    assert json.loads(write_baseline(())) == {"version": 1, "findings": []}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"version": 2, "findings": []}',
        '{"version": 1}',
        '{"version": 1, "findings": {}}',
        '{"version": 1, "findings": [{"rule": "a", "place": "b"}]}',
        '{"version": 1, "findings": [{"rule": "a", "place": "b", "fingerprint": 1}]}',
        '{"version": 1, "findings": ["x"]}',
    ],
)
def test_what_is_no_baseline_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"b\.json: the baseline"):
        read_baseline(TextFile("b.json", text))
