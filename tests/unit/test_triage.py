"""Tests for sorting findings out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Iterator

from secguard.baseline import Entry
from secguard.examine import INVALID, examine
from secguard.finding import Confidence, Finding, Location, Severity, Span, Suppression
from secguard.policy import Exemption, Policy
from secguard.rule import rule
from secguard.targets import Loaded, load
from secguard.triage import Grounds, triage

TODAY = date(2026, 6, 1)
PLACE = Location("p.yml", Span(4, 1, 4, 9))
FINDING = Finding("some-rule", Severity.LOW, Confidence.HIGH, "'x'", Location("a.yml"))
CONFIG = """\
version: 2.1
jobs:
  build:
    docker: [{image: cimg/base:2026.08}]
    steps:
      - run: a # secguard: ignore[some-rule] it is so
      - run: b # secguard: ignore[some-rule] nothing here
      - run: b # secguard: ignore[some-rule] nothing here
workflows: {main: {jobs: [build]}}
"""


@rule("some-rule", summary="x", severity=Severity.LOW, refs=("CWE-1",))
def some_rule(config: Any) -> Iterator[Finding]:
    """Report the first script."""
    yield some_rule.finding(config.scripts[0].text.node.location(), "'a'")


@rule(INVALID, summary="x", severity=Severity.LOW, refs=("CWE-1",))
def suppression_invalid(config: Any) -> Iterator[Finding]:
    """Report nothing by itself."""
    yield from ()


def _grounds(**parts: Any) -> Grounds:
    return Grounds(**{"policy": Policy(), "today": TODAY, "known": ("some-rule",), **parts})


def _exempt(**parts: Any) -> Exemption:
    return Exemption(PLACE, **{"rule": "some-rule", "reason": "so be it", **parts})


def _loaded(tmp_path: Path) -> Loaded:
    path = tmp_path / "config.yml"
    path.write_text(CONFIG)
    return load((str(path),))


def test_comments_that_hide_nothing_are_findings_of_their_own(tmp_path: Path) -> None:
    found = examine(_loaded(tmp_path), _grounds(), (some_rule, suppression_invalid))
    assert [one.reason for one in found.suppressed] == ["it is so"]
    assert [(one.rule, one.where.span and one.where.span.line) for one in found.findings] == [
        (INVALID, 7),
        (INVALID, 8),
    ]
    assert len({one.fingerprint for one in found.findings}) == 2
    alone = examine(_loaded(tmp_path), _grounds(), (some_rule,))
    assert not alone.findings


def test_a_policy_can_switch_comments_off(tmp_path: Path) -> None:
    grounds = _grounds(policy=Policy(comments=False))
    found = examine(_loaded(tmp_path), grounds, (some_rule, suppression_invalid))
    assert not found.suppressed
    assert [one.rule for one in found.findings] == ["some-rule"]


def test_an_exception_that_has_ended_is_a_finding_in_the_policy() -> None:
    ended = _exempt(until=date(2026, 5, 31))
    grounds = _grounds(policy=Policy(exemptions=(ended,)))
    (found,) = examine(Loaded(), grounds, (suppression_invalid,)).findings
    assert found.where == PLACE
    assert "the exception for 'some-rule' ended on 2026-05-31" in found.message
    assert triage((FINDING,), grounds, (some_rule,)).findings == (FINDING,)


def test_an_exception_holds_on_its_last_day() -> None:
    policy = Policy(exemptions=(_exempt(until=TODAY),))
    result = triage((FINDING,), _grounds(policy=policy), (some_rule,))
    assert result.suppressed == (Suppression(FINDING, "policy", "so be it"),)
    assert not result.findings and not result.notes


def test_a_policy_weighs_rules_anew() -> None:
    policy = Policy(severities={"some-rule": Severity.HIGH})
    (found,) = triage((FINDING,), _grounds(policy=policy), (some_rule,)).findings
    assert found == replace(FINDING, severity=Severity.HIGH)


def test_known_findings_are_told_from_one_more_of_the_same() -> None:
    more = replace(FINDING, occurrence=1)
    entry = Entry("some-rule", "a.yml", FINDING.fingerprint)
    result = triage((FINDING, more), _grounds(baseline=(entry,)), (some_rule,))
    assert result.findings == (more,)
    assert result.suppressed == (Suppression(FINDING, "baseline"),)


def test_what_was_there_before_is_no_news() -> None:
    before = frozenset((FINDING.fingerprint,))
    result = triage((FINDING,), _grounds(before=before), (some_rule,))
    assert [one.by for one in result.suppressed] == ["diff"]


def test_what_decides_nothing_any_more_is_noted() -> None:
    grounds = _grounds(
        policy=Policy(exemptions=(_exempt(), _exempt(rule="rule-of-another-run"))),
        baseline=(
            Entry("some-rule", "a.yml", "0" * 32),
            Entry("some-rule", "a.yml", "1" * 32),
            Entry("rule-of-another-run", "a.yml", "2" * 32),
        ),
    )
    assert triage((), grounds, (some_rule,)).notes == (
        "exceptions of the policy that match nothing here: some-rule",
        "the baseline can be written again: 2 of its entries match nothing any more",
    )
