"""The report as JSON, for programs; `docs/report.schema.json` describes it."""

from __future__ import annotations

import json
from typing import Any

from secguard.finding import Finding, Location, Problem, Report, RuleInfo
from secguard.reporters.view import View, by_severity, by_whom

VERSION = 1
"""Changes only when a program that reads the report would have to change."""


# NOTE: written out key by key, so that a change of the code's types can't change the format.
def render(report: Report) -> str:
    """Write the report as JSON, version 1."""
    view = View.of(report)
    shown = view.report
    grades = by_severity(shown.findings).items()
    document = {
        "version": VERSION,
        "tool": {"name": "secguard", "version": shown.version},
        "complete": not shown.problems,
        "summary": {
            "findings": {str(severity): number for severity, number in grades},
            "suppressed": by_whom(shown.suppressed),
            "problems": len(shown.problems),
            "inputs": len(shown.inputs),
            "rules": len(shown.rules),
        },
        "findings": [_finding(item) for item in shown.findings],
        "problems": [_problem(item) for item in shown.problems],
        "suppressed": [
            {"by": item.by, "reason": item.reason, "finding": _finding(item.finding)}
            for item in shown.suppressed
        ],
        "inputs": [source.uri for source in shown.inputs],
        "rules": [_rule(item) for item in shown.rules],
        "opaque": list(shown.opaque),
        "notes": list(shown.notes),
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(item: Finding) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "severity": str(item.severity),
        "confidence": str(item.confidence),
        "message": item.message,
        "where": _location(item.where),
        "related": [_location(where) for where in item.related],
        "hint": item.hint,
        "subject": item.subject,
        "exposure": item.exposure,
        "fingerprint": item.fingerprint,
    }


def _problem(item: Problem) -> dict[str, Any]:
    return {
        "message": item.message,
        "where": _location(item.where),
        "hint": item.hint,
        "rule": item.rule,
        "tolerated": item.tolerated,
    }


def _rule(item: RuleInfo) -> dict[str, Any]:
    return {
        "id": item.id,
        "summary": item.summary,
        "family": item.family,
        "severity": str(item.severity),
        "confidence": str(item.confidence),
        "refs": list(item.refs),
        "url": item.url,
    }


def _location(where: Location) -> dict[str, Any]:
    span = where.span
    return {
        "uri": where.uri,
        "span": span
        and {
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
        },
        "path": list(where.path),
        "note": where.note,
    }
