"""Tests for the JSON report."""

from __future__ import annotations

import json

import pytest

from secguard.finding import Report
from secguard.reporters.json import render
from tests.unit.reporters.reports import EMPTY, RICH, UNCHECKED
from tests.unit.reporters.schemas import report_schema


@pytest.mark.parametrize("report", [RICH, EMPTY, UNCHECKED], ids=["rich", "empty", "unchecked"])
def test_the_report_satisfies_its_schema(report: Report) -> None:
    report_schema().validate(json.loads(render(report)))


def test_the_schema_refuses_keys_that_it_does_not_know() -> None:
    document = json.loads(render(RICH))
    document["findings"][0]["where"]["odd"] = 1
    assert not report_schema().is_valid(document)


def test_a_report_with_problems_is_not_complete() -> None:
    assert json.loads(render(UNCHECKED))["complete"] is False
    assert json.loads(render(EMPTY))["complete"] is True


def test_fingerprints_are_those_of_the_findings() -> None:
    shown = [item["fingerprint"] for item in json.loads(render(RICH))["findings"]]
    assert sorted(shown) == sorted(finding.fingerprint for finding in RICH.findings)


def test_the_summary_counts_each_severity() -> None:
    summary = json.loads(render(RICH))["summary"]
    assert summary["findings"] == {"high": 5, "medium": 2, "low": 1, "info": 1}
    assert summary["suppressed"] == {"baseline": 1, "comment": 1}
