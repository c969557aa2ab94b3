"""Tests for the text report: excerpts, carets, groups and the last lines."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from secguard.finding import (
    Confidence,
    Finding,
    Location,
    Problem,
    Report,
    Severity,
    Source,
    Span,
    Suppression,
)
from secguard.reporters.text import render
from tests.unit.reporters.reports import EMPTY, RICH, RULES


def _finding(
    where: Location, *related: Location, severity: Severity = Severity.MEDIUM, hint: str = ""
) -> Finding:
    return Finding("rule", severity, Confidence.HIGH, "a message", where, related, hint)


def _text(*findings: Finding, lines: tuple[str, ...] = ("one",)) -> str:
    report = Report(findings, (), (), (Source("a.yml", lines),), RULES, "1")
    return render(report, color=False, fail_on=Severity.MEDIUM)


def _excerpt(line: str, start: int, end: int) -> list[str]:
    text = _text(_finding(Location("a.yml", Span(1, start, 1, end))), lines=(line,))
    return [row[4:] for row in text.splitlines()[3:5]]


@pytest.mark.parametrize(
    ("line", "start", "end", "shown", "carets"),
    [
        pytest.param("key: value", 6, 11, "key: value", "     ^^^^^", id="plain"),
        pytest.param("\tkey: value", 7, 12, "    key: value", "         ^^^^^", id="tab"),
        pytest.param("鍵: 値です", 4, 7, "鍵: 値です", "    ^^^^^^", id="wide"),
        pytest.param("e\u0301: x", 5, 6, "e\u0301: x", "   ^", id="combining"),
        pytest.param("key: value\r", 6, 11, "key: value", "     ^^^^^", id="carriage-return"),
        pytest.param("k\u202e: v", 5, 6, "k\\u202e: v", "         ^", id="spelled-out"),
        pytest.param("key:", 5, 5, "key:", "    ^", id="nothing-to-mark"),
    ],
)
def test_carets_stand_under_the_span(
    line: str, start: int, end: int, shown: str, carets: str
) -> None:
    assert _excerpt(line, start, end) == [shown, carets]


def test_a_long_span_shows_three_lines_and_carets_under_the_first() -> None:
    found = _finding(Location("a.yml", Span(1, 3, 5, 1)))
    text = _text(found, lines=("a: |", "  b", "  c", "  d", "e:"))
    assert text.splitlines()[3:8] == ["1 | a: |", "  |   ^^", "2 |   b", "3 |   c", "  | ..."]


def test_a_span_that_ends_before_the_next_line_does_not_show_that_line() -> None:
    found = _finding(Location("a.yml", Span(1, 1, 2, 1)))
    assert "2 |" not in _text(found, lines=("a", "b"))


def test_a_span_behind_the_end_of_the_file_has_no_excerpt() -> None:
    text = _text(_finding(Location("a.yml", Span(7, 1, 7, 2))))
    assert " --> a.yml:7:1\n\n" in text


def test_a_note_that_does_not_fit_goes_below_the_carets() -> None:
    found = _finding(Location("a.yml", Span(1, 1, 1, 60), note="words " * 10))
    rows = _text(found, lines=("x" * 59,)).splitlines()
    assert rows[4] == "  | " + "^" * 59
    assert rows[5].startswith("  |   words")


def test_related_places_come_in_order_with_one_line_each() -> None:
    way = (
        Location("a.yml", Span(3, 1, 3, 2), note="set here"),
        Location("a.yml", Span(1, 1, 2, 2), note="passed on"),
        Location("context:prod", path=("members",), note="open to all"),
    )
    text = _text(_finding(Location("a.yml", Span(2, 1, 2, 2)), *way), lines=("a", "b", "c"))
    assert re.findall(r"::: (.*)", text) == [
        "a.yml:3:1  set here",
        "a.yml:1:1  passed on",
        "context:prod (members)  open to all",
    ]
    assert text.count("1 | a") == 1
    assert text.count("2 | b") == 1


def test_findings_that_say_the_same_are_shown_once_with_their_places() -> None:
    same = [_finding(Location("a.yml", Span(line, 2, line, 3))) for line in (1, 2, 3)]
    other = _finding(Location("b.yml", Span(4, 2, 4, 3)))
    text = _text(*same, other, lines=("abc",) * 3)
    assert text.count("medium[rule]") == 2
    assert "= also at: 2:2, 3:2\n" in text
    assert "4 findings: 4 medium." in text


def test_findings_with_different_hints_are_not_the_same() -> None:
    first, second = (
        _finding(Location("a.yml", Span(1, 1, 1, 2)), hint=hint) for hint in ("x", "y")
    )
    assert _text(first, second).count("medium[rule]") == 2


def test_each_page_is_named_once() -> None:
    text = render(RICH, color=False, fail_on=None)
    assert text.count("plain-secret.md") == 1


def test_prose_is_wrapped_and_source_is_not() -> None:
    found = _finding(Location("a.yml", Span(1, 1, 1, 119)), hint="many words " * 30)
    rows = _text(found, lines=("y" * 118,)).splitlines()
    assert max(len(row) for row in rows if "y" * 9 not in row and "^" not in row) <= 100
    assert "1 | " + "y" * 118 in rows


def test_colour_adds_nothing_but_colour() -> None:
    plain = render(RICH, color=False, verbose=True, fail_on=Severity.LOW)
    color = render(RICH, color=True, verbose=True, fail_on=Severity.LOW)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]+m", "", color) == plain


def test_a_clean_run_is_one_line() -> None:
    assert render(EMPTY, color=False, fail_on=None) == "No findings. Checked 1 file with 7 rules.\n"


def test_a_run_without_files_counts_rules() -> None:
    report = replace(EMPTY, inputs=())
    assert render(report, color=False, fail_on=None) == "No findings. Ran 7 rules.\n"


def test_a_run_without_rules_is_not_clean() -> None:
    report = replace(EMPTY, rules=())
    assert render(report, color=False, fail_on=None) == "Nothing was checked: no rule ran.\n"


def test_a_problem_is_not_a_pass() -> None:
    report = replace(EMPTY, problems=(Problem(Location("a.yml"), "no access", "allow it"),))
    text = render(report, color=False, fail_on=None)
    assert text.startswith("not checked: no access\n --> a.yml\n  = help: allow it\n")
    assert "No findings in what could be checked." in text
    assert text.endswith("This fails the job: 1 part not checked.\n")


@pytest.mark.parametrize(
    ("fail_on", "verdict"),
    [
        (None, "Findings do not fail this job."),
        (Severity.HIGH, "This does not fail the job: no finding of severity high."),
        (Severity.MEDIUM, "This fails the job: 1 finding of severity medium or higher."),
        (Severity.LOW, "This fails the job: 2 findings of severity low or higher."),
    ],
)
def test_the_last_line_says_what_fails_the_job(fail_on: Severity | None, verdict: str) -> None:
    findings = (
        _finding(Location("a.yml")),
        _finding(Location("b.yml"), severity=Severity.LOW),
    )
    report = replace(EMPTY, findings=findings)
    assert render(report, color=False, fail_on=fail_on).splitlines()[-1] == verdict


def test_suppressed_findings_are_counted_and_shown_only_on_request() -> None:
    found = _finding(Location("a.yml", Span(1, 1, 1, 2)))
    report = replace(EMPTY, suppressed=(Suppression(found, "comment", "it is a test"),) * 2)
    quiet = render(report, color=False, fail_on=None)
    assert quiet == "No findings. Checked 1 file with 7 rules. Suppressed: 2 by comment.\n"
    loud = render(report, color=False, verbose=True, fail_on=None)
    assert "suppressed by comment: medium[rule]: a message\n --> a.yml:1:1\n" in loud
    assert "= why: it is a test" in loud
    assert "rules: image-tag, orb-volatile," in loud


def test_parts_that_could_not_be_looked_into_are_named() -> None:
    text = render(replace(EMPTY, opaque=("b/c@1", "a/b@1")), color=False, fail_on=None)
    assert text.startswith("not looked into: a/b@1, b/c@1\nNo findings.")
