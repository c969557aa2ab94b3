"""Tests for the identity of findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secguard.finding import Confidence, Finding, Location, Severity, Span

FINDING = Finding(
    "some-rule",
    Severity.LOW,
    Confidence.HIGH,
    "the thing 'x' is wrong",
    Location("a.yml", Span(3, 1, 3, 9), ("jobs", "build", "steps", "2", "run")),
    subject="x",
)


@pytest.mark.parametrize(
    "other",
    [
        replace(FINDING, severity=Severity.HIGH, confidence=Confidence.LOW),
        replace(FINDING, message="'x' should not be like this"),
        replace(FINDING, hint="do it", exposure="much", related=(Location("b.yml"),)),
        replace(FINDING, where=replace(FINDING.where, span=Span(30, 5, 30, 9), note="here")),
        replace(FINDING, where=replace(FINDING.where, path=("jobs", "build", "steps", "7", "run"))),
    ],
)
def test_what_editing_and_wording_change_does_not_identify(other: Finding) -> None:
    assert other.fingerprint == FINDING.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        replace(FINDING, rule="other-rule"),
        replace(FINDING, subject="y"),
        replace(FINDING, message="the thing 'y' is wrong"),
        replace(FINDING, occurrence=1),
        replace(FINDING, where=replace(FINDING.where, uri="b.yml")),
        replace(FINDING, where=replace(FINDING.where, path=("jobs", "test", "steps", "2", "run"))),
    ],
)
def test_what_the_finding_is_about_identifies(other: Finding) -> None:
    assert other.fingerprint != FINDING.fingerprint
