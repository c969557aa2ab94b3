"""Small things that are so of many projects are said once."""

from __future__ import annotations

from dataclasses import replace

from secguard.finding import Confidence, Finding, Location, Report, RuleInfo, Severity
from secguard.sweep.group import MOST, grouped

RULE = RuleInfo(
    "ssh-reruns", "jobs may be run again", "access", Severity.LOW, Confidence.HIGH, (), ""
)


def _finding(number: int, severity: Severity = Severity.LOW, uri: str = "") -> Finding:
    where = Location(uri or f"project:gh/acme/p{number:03}")
    text = f"jobs of 'p{number}' may be run again"
    return Finding("ssh-reruns", severity, Confidence.HIGH, text, where, hint="switch it off")


def _report(*findings: Finding) -> Report:
    return Report(findings, (), (), (), (RULE,), "1")


def test_many_small_findings_become_one() -> None:
    (one,) = grouped(_report(*map(_finding, range(1_200))), "gh/acme").findings
    assert one.message == "1,200 projects: jobs may be run again"
    assert one.where.uri == "org:gh/acme"
    assert [place.uri for place in one.related] == [f"project:gh/acme/p{n:03}" for n in range(MOST)]
    assert one.hint == "switch it off"


def test_a_few_stay_as_they_are() -> None:
    report = _report(*map(_finding, range(MOST)))
    assert grouped(report, "gh/acme") == report


def test_what_weighs_more_and_what_has_a_file_stays() -> None:
    grave = [_finding(number, Severity.MEDIUM) for number in range(50)]
    inside = [
        _finding(number, uri=f"gh/acme/p{number}/.circleci/config.yml") for number in range(50)
    ]
    report = _report(*sorted((*grave, *inside), key=lambda one: one.sort_key))
    assert grouped(report, "gh/acme") == report


def test_it_is_as_sure_as_the_least_sure_of_them() -> None:
    findings = [_finding(number) for number in range(20)]
    findings[7] = replace(findings[7], confidence=Confidence.MEDIUM)
    (one,) = grouped(_report(*findings), "gh/acme").findings
    assert one.confidence == Confidence.MEDIUM
