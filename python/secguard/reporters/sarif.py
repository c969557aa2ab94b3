"""The report as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from secguard.finding import Finding, Location, Problem, Report, RuleInfo, Severity, Suppression
from secguard.reporters.view import View
from secguard.sanitize import MASK

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://github.com/secguard/secguard-orb"
# NOTE: the level of SARIF, and the number that code scanning reads as high, medium or low.
_GRADES = {
    Severity.HIGH: ("error", "8.0"),
    Severity.MEDIUM: ("warning", "5.5"),
    Severity.LOW: ("note", "3.0"),
    Severity.INFO: ("note", "1.0"),
}


def render(report: Report) -> str:
    """Write the report as one SARIF run; suppressed findings stay in it, marked."""
    shown = View.of(report).report
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
                "executionSuccessful": all(one.tolerated for one in shown.problems),
                "toolExecutionNotifications": [
                    *(_problem(item) for item in shown.problems),
                    *(_notification("note", f"not looked into: {x}") for x in shown.opaque),
                    *(_notification("note", note) for note in shown.notes),
                ],
            }
        ],
        "artifacts": [
            {"location": _artifact(source.uri), "roles": ["analysisTarget"]}
            for source in shown.inputs
        ],
        "columnKind": "unicodeCodePoints",
        "redactionTokens": [MASK],
        "results": [
            *(_result(item) for item in shown.findings),
            *({**_result(item.finding), **_suppression(item)} for item in shown.suppressed),
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(item: RuleInfo) -> dict[str, Any]:
    level, score = _GRADES[item.severity]
    summary = {"text": item.summary}
    cwes = [f"external/cwe/{ref.lower()}" for ref in item.refs if ref.startswith("CWE-")]
    return {
        "id": item.id,
        "shortDescription": summary,
        "fullDescription": summary,
        "helpUri": item.url,
        "help": {**summary, "markdown": f"[{item.summary}]({item.url})"},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": list(dict.fromkeys(("security", item.family, *item.refs, *cwes))),
            "precision": str(item.confidence),
            "security-severity": score,
        },
    }


def _result(item: Finding) -> dict[str, Any]:
    # NOTE: viewers make a link of `[text](address)`; the text may come from the config.
    text = ". ".join(filter(None, (item.message, item.exposure, item.hint))).replace("](", "] (")
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "level": _GRADES[item.severity][0],
        "message": {"text": text},
        "locations": [_location(item.where)],
        "partialFingerprints": {"secguard/v1": item.fingerprint},
        "properties": {"severity": str(item.severity), "confidence": str(item.confidence)},
    }
    if item.related:
        way = [{"location": _location(where)} for where in (*item.related, item.where)]
        result["codeFlows"] = [{"threadFlows": [{"locations": way}]}]
        result["relatedLocations"] = [
            {"id": number, **_location(where)} for number, where in enumerate(item.related, 1)
        ]
    return result


def _suppression(item: Suppression) -> dict[str, Any]:
    why = f"{item.by}: {item.reason}" if item.reason else item.by
    kind = "inSource" if item.by == "comment" else "external"
    return {"suppressions": [{"kind": kind, "status": "accepted", "justification": why}]}


def _problem(item: Problem) -> dict[str, Any]:
    text = f"not checked: {item.message}" + (f". {item.hint}" if item.hint else "")
    rule = {"associatedRule": {"id": item.rule}} if item.rule else {}
    level = "warning" if item.tolerated else "error"
    return {**_notification(level, text), "locations": [_location(item.where)], **rule}


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}


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
