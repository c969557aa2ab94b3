"""Default branches that changes reach although secguard failed."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._gate import gates, repositories, runs_gate


@rule(
    "check-not-required",
    summary="default branch that does not require secguard's status",
    severity=Severity.MEDIUM,
    refs=("CWE-693", "CICD-SEC-1"),
    family="access",
)
def check_not_required(estate: Estate) -> Iterator[Finding]:
    """Report protected branches where no required status stands for secguard."""
    for one in repositories(estate):
        if gates(estate, one):
            continue
        others = sorted({check.name for layer in one.layers or () for check in layer.checks})
        runs = runs_gate(estate, one)
        instead = f"; it requires {len(others)} others" if others else ""
        yield check_not_required.finding(
            one.where,
            f"the branch '{one.branch}' of '{one.name}' does not require the status of secguard"
            f"{instead}: what it finds stops nobody",
            severity=Severity.LOW if others and not runs else Severity.MEDIUM,
            hint="require the status 'ci/circleci: ' with the name of the job that runs secguard, "
            "or name it in the policy under `people: required_checks`",
            subject=one.name,
        )
