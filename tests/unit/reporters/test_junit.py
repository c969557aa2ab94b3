"""Tests for the JUnit report: what fails, what passes, and what does not count as passed."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from secguard.finding import (
    Confidence,
    Finding,
    Location,
    Problem,
    Report,
    RuleInfo,
    Severity,
    Source,
    Suppression,
)
from secguard.reporters.junit import render


def _rule(name: str, family: str = "config") -> RuleInfo:
    return RuleInfo(name, "what", family, Severity.LOW, Confidence.HIGH, (), "https://example.com")


_REPORT = Report(
    findings=(),
    problems=(),
    suppressed=(),
    inputs=(Source("a.yml", ("one",)), Source("b.yml", ("one",))),
    rules=(_rule("first"), _rule("second", "images")),
    version="1",
)


def _finding(rule: str, uri: str) -> Finding:
    return Finding(rule, Severity.LOW, Confidence.HIGH, "a message", Location(uri), hint="a hint")


def _outcomes(report: Report) -> dict[tuple[str, str], str]:
    """Map each file and rule to the tag that says how it went."""
    cases = list(ET.fromstring(render(report)).iter("testcase"))  # noqa: S314
    tags = {
        (case.attrib["classname"], case.attrib["name"].replace(": what", "")): "".join(
            child.tag for child in case
        )
        for case in cases
    }
    assert len(tags) == len(cases)
    return tags


def test_each_rule_passes_for_each_file_where_it_finds_nothing() -> None:
    assert _outcomes(_REPORT) == {
        ("a.yml", "first"): "",
        ("a.yml", "second"): "",
        ("b.yml", "first"): "",
        ("b.yml", "second"): "",
    }


def test_the_findings_of_a_rule_in_a_file_are_one_failure() -> None:
    found = (_finding("first", "a.yml"), replace(_finding("first", "a.yml"), message="another"))
    report = replace(_REPORT, findings=found)
    assert _outcomes(report)[("a.yml", "first")] == "failure"
    failure = next(ET.fromstring(render(report)).iter("failure"))  # noqa: S314
    assert failure.attrib["message"] == "a.yml: a message (and 1 more)"
    assert "low[first]: a message" in (failure.text or "")
    assert "= help: a hint" in (failure.text or "")
    assert "low[first]: another" in (failure.text or "")


def test_suppressed_findings_are_skipped_not_passed() -> None:
    silenced = (Suppression(_finding("first", "a.yml"), "comment", "known"),)
    report = replace(_REPORT, suppressed=silenced)
    assert _outcomes(report)[("a.yml", "first")] == "skipped"
    assert "suppressed by comment: known" in render(report)


def test_a_failure_is_stronger_than_a_suppressed_finding() -> None:
    found = _finding("first", "a.yml")
    report = replace(_REPORT, findings=(found,), suppressed=(Suppression(found, "comment"),))
    assert _outcomes(report)[("a.yml", "first")] == "failure"


def test_no_rule_passes_for_a_file_that_was_not_checked() -> None:
    report = replace(_REPORT, problems=(Problem(Location("a.yml"), "not readable"),))
    assert _outcomes(report) == {
        ("a.yml", "first"): "skipped",
        ("a.yml", "second"): "skipped",
        ("a.yml", "not checked"): "error",
        ("b.yml", "first"): "",
        ("b.yml", "second"): "",
    }


def test_a_rule_that_could_not_finish_a_file_does_not_pass_for_it() -> None:
    report = replace(_REPORT, problems=(Problem(Location("a.yml"), "crashed", "", "first"),))
    assert _outcomes(report) == {
        ("a.yml", "first: not checked"): "error",
        ("a.yml", "second"): "",
        ("b.yml", "first"): "",
        ("b.yml", "second"): "",
    }


def test_a_rule_whose_problem_lies_elsewhere_passes_nowhere() -> None:
    problem = Problem(Location("image:cimg/go"), "no answer", "", "second")
    assert _outcomes(replace(_REPORT, problems=(problem,))) == {
        ("a.yml", "first"): "",
        ("a.yml", "second"): "skipped",
        ("b.yml", "first"): "",
        ("b.yml", "second"): "skipped",
        ("image:cimg/go", "second: not checked"): "error",
    }


def test_a_finding_and_a_problem_of_one_rule_are_both_there() -> None:
    report = replace(
        _REPORT,
        findings=(_finding("first", "a.yml"),),
        problems=(Problem(Location("a.yml"), "crashed", "", "first"),),
    )
    outcomes = _outcomes(report)
    assert outcomes[("a.yml", "first")] == "failure"
    assert outcomes[("a.yml", "first: not checked")] == "error"


@pytest.mark.parametrize("family", ["runtime", "access"])
def test_rules_about_no_file_pass_once(family: str) -> None:
    report = replace(_REPORT, inputs=(), rules=(_rule("first", family),))
    assert _outcomes(report) == {(family, "first"): ""}
    found = replace(report, findings=(_finding("first", "env:PIN"),))
    assert _outcomes(found) == {("env:PIN", "first"): "failure"}


def test_the_numbers_add_up() -> None:
    report = replace(
        _REPORT,
        findings=(_finding("first", "a.yml"), _finding("second", "b.yml")),
        problems=(Problem(Location("b.yml"), "not readable"),),
    )
    root = ET.fromstring(render(report))  # noqa: S314
    for suite in (root, *root):
        for kind, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(suite.attrib[kind]) == len(list(suite.iter(tag)))
    assert {case.attrib["time"] for case in root.iter("testcase")} == {"0"}
