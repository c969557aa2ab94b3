"""Tests for the SARIF report."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from secguard.finding import Confidence, Finding, Location, Report, Severity, Span
from secguard.reporters.sarif import render
from tests.unit.reporters.reports import EMPTY, RICH, UNCHECKED
from tests.unit.reporters.schemas import sarif_schema


def _run(report: Report) -> Any:
    return json.loads(render(report))["runs"][0]


def _result(rule: str, number: int = 0) -> Any:
    return [item for item in _run(RICH)["results"] if item["ruleId"] == rule][number]


@pytest.mark.parametrize("report", [RICH, EMPTY, UNCHECKED], ids=["rich", "empty", "unchecked"])
def test_the_report_satisfies_the_schema_of_the_standard(report: Report) -> None:
    sarif_schema().validate(json.loads(render(report)))


def test_a_rule_carries_what_code_scanning_reads() -> None:
    rule = next(item for item in _run(RICH)["tool"]["driver"]["rules"] if "injection" in item["id"])
    assert rule["helpUri"] == "https://example.com/rules/template-injection.md"
    assert rule["properties"] == {
        "tags": ["security", "config", "CICD-SEC-4", "CWE-78", "external/cwe/cwe-78"],
        "precision": "high",
        "security-severity": "8.0",
    }


def test_columns_count_code_points_from_one_to_behind_the_end() -> None:
    assert _run(RICH)["columnKind"] == "unicodeCodePoints"
    region = _result("template-injection")["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 15, "startColumn": 21, "endLine": 15, "endColumn": 53}


def test_the_way_of_a_value_ends_at_the_finding() -> None:
    result = _result("template-injection")
    way = result["codeFlows"][0]["threadFlows"][0]["locations"]
    lines = [item["location"]["physicalLocation"]["region"]["startLine"] for item in way]
    assert lines == [5, 7, 15]
    assert [item["id"] for item in result["relatedLocations"]] == [1, 2]


def test_suppressed_findings_stay_with_their_reason() -> None:
    suppressed = [item["suppressions"] for item in _run(RICH)["results"] if "suppressions" in item]
    assert suppressed == [
        [{"kind": "external", "status": "accepted", "justification": "baseline"}],
        [
            {
                "kind": "inSource",
                "status": "accepted",
                "justification": "comment: only a test token, not ****",
            }
        ],
    ]


def test_problems_make_the_run_unsuccessful() -> None:
    invocation = _run(RICH)["invocations"][0]
    assert invocation["executionSuccessful"] is False
    levels = [item["level"] for item in invocation["toolExecutionNotifications"]]
    assert levels == ["error", "error", "warning", "note", "note", "note"]
    assert _run(EMPTY)["invocations"][0]["executionSuccessful"] is True


def test_fingerprints_are_those_of_the_findings() -> None:
    shown = {item["partialFingerprints"]["secguard/v1"] for item in _run(RICH)["results"]}
    assert shown >= {finding.fingerprint for finding in RICH.findings}


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("a b/%7e#1?.yml", "a%20b/%257e%231%3F.yml"),
        ("/home/me/é.yml", "file:///home/me/%C3%A9.yml"),
        ("env:PIN", "env%3APIN"),
        ("../up.yml", "../up.yml"),
    ],
)
def test_places_become_addresses(uri: str, address: str) -> None:
    found = Finding("rule", Severity.LOW, Confidence.HIGH, "a message", Location(uri))
    result = _run(replace(EMPTY, findings=(found,)))["results"][0]
    location = result["locations"][0]["physicalLocation"]
    assert location == {"artifactLocation": {"uri": address}}


def test_text_from_a_config_makes_no_link() -> None:
    where = Location("a.yml", Span(1, 1, 1, 2))
    found = Finding("rule", Severity.LOW, Confidence.HIGH, "[safe](https://evil.example)", where)
    result = _run(replace(EMPTY, findings=(found,)))["results"][0]
    assert result["message"]["text"] == "[safe] (https://evil.example)"
