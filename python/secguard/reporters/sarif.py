"""The report as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from secguard.finding import Finding, Location, Problem, Report, RuleInfo, Severity, Suppression
from secguard.reporters.view import View
from secguard.sanitize import MASK

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_HOME = "https://github.com/secguard/secguard-orb"
_LEVELS = {
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# NOTE: code scanning reads these numbers as high, medium and low; it takes no words.
_SCORES = {
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "1.0",
}


def render(report: Report) -> str:
    """Write the report as one SARIF run; suppressed findings stay in it, marked."""
    shown = View.of(report).report
    indexes = {rule.id: index for index, rule in enumerate(shown.rules)}
    results = [_result(item, indexes) for item in shown.findings]
    results += [_suppressed(item, indexes) for item in shown.suppressed]
    run = {
        "tool": {
            "driver": {
                "name": "secguard",
                "semanticVersion": shown.version,
                "informationUri": _HOME,
                "rules": [_rule(item) for item in shown.rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not shown.problems,
                "toolExecutionNotifications": [
                    *(_notification(item) for item in shown.problems),
                    *(_remark(f"not looked into: {name}") for name in shown.opaque),
                    *(_remark(note) for note in shown.notes),
                ],
            }
        ],
        "artifacts": [
            {"location": _artifact(source.uri), "roles": ["analysisTarget"]}
            for source in shown.inputs
        ],
        "columnKind": "unicodeCodePoints",
        "redactionTokens": [MASK],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(item: RuleInfo) -> dict[str, Any]:
    cwes = [f"external/cwe/{ref.lower()}" for ref in item.refs if ref.startswith("CWE-")]
    return {
        "id": item.id,
        "shortDescription": {"text": item.summary},
        "fullDescription": {"text": item.summary},
        "helpUri": item.url,
        "help": {
            "text": f"{item.summary}: {item.url}",
            "markdown": f"[{item.summary}]({item.url})",
        },
        "defaultConfiguration": {"level": _LEVELS[item.severity]},
        "properties": {
            "tags": ["security", item.family, *item.refs, *cwes],
            "precision": str(item.confidence),
            "security-severity": _SCORES[item.severity],
        },
    }


def _result(item: Finding, indexes: dict[str, int]) -> dict[str, Any]:
    texts = (item.message, item.exposure, item.hint)
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "level": _LEVELS[item.severity],
        "message": {"text": ". ".join(text for text in texts if text)},
        "locations": [_location(item.where)],
        "partialFingerprints": {"secguard/v1": item.fingerprint},
        "properties": {"severity": str(item.severity), "confidence": str(item.confidence)},
    }
    if item.rule in indexes:
        result["ruleIndex"] = indexes[item.rule]
    if item.related:
        way = [{"location": _location(where)} for where in (*item.related, item.where)]
        result["codeFlows"] = [{"threadFlows": [{"locations": way}]}]
        result["relatedLocations"] = [
            {"id": number, **_location(where)} for number, where in enumerate(item.related, 1)
        ]
    return result


def _suppressed(item: Suppression, indexes: dict[str, int]) -> dict[str, Any]:
    suppression = {
        "kind": "inSource" if item.by == "comment" else "external",
        "status": "accepted",
        "justification": f"{item.by}: {item.reason}" if item.reason else item.by,
    }
    return {**_result(item.finding, indexes), "suppressions": [suppression]}


def _notification(item: Problem) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "level": "error",
        "message": {
            "text": f"not checked: {item.message}" + (f". {item.hint}" if item.hint else "")
        },
        "locations": [_location(item.where)],
    }
    if item.rule:
        notification["associatedRule"] = {"id": item.rule}
    return notification


def _remark(text: str) -> dict[str, Any]:
    return {"level": "note", "message": {"text": text}}


def _location(where: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(where.uri)}
    if where.span:
        physical["region"] = {
            "startLine": where.span.line,
            "startColumn": where.span.column,
            "endLine": where.span.end_line,
            "endColumn": where.span.end_column,
        }
    location: dict[str, Any] = {"physicalLocation": physical}
    if where.path:
        location["logicalLocations"] = [{"fullyQualifiedName": ".".join(where.path)}]
    if where.note:
        location["message"] = {"text": where.note}
    return location


def _artifact(uri: str) -> dict[str, str]:
    # NOTE: `env:NAME` becomes a relative path as well; code scanning refuses a whole file over one
    # result without one.
    return {"uri": "file://" + quote(uri) if uri.startswith("/") else quote(uri)}
