"""Required statuses that anybody can set."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.access._gate import STATUS, gates, repositories


@rule(
    "check-source-any-app",
    summary="required status that any app or person can set",
    severity=Severity.LOW,
    refs=("CWE-345", "CICD-SEC-1"),
    family="access",
)
def check_source_any_app(estate: Estate) -> Iterator[Finding]:
    """Report required statuses of secguard that are bound to no app."""
    for one in repositories(estate):
        found = gates(estate, one)
        if not found or any(check.app is not None for _, check in found):
            continue
        layer, check = found[0]
        # NOTE: through OAuth CircleCI sets statuses as a person, and a person cannot be chosen.
        slug = f"gh/{one.name}".lower()
        oauth = any(project.slug.lower() == slug for project in estate.projects)
        free = oauth and check.name.startswith(STATUS)
        yield check_source_any_app.finding(
            one.where,
            f"the status '{check.name}' that '{one.branch}' of '{one.name}' requires may come from "
            "any source: a token that may write statuses can pass a change that secguard failed",
            confidence=Confidence.LOW if free else Confidence.HIGH,
            hint=f"choose CircleCI's app as its source in {layer.name}; where CircleCI reports "
            "through OAuth there is none to choose, but GitHub Checks have one",
            subject=check.name,
        )
