"""Required statuses that say nothing about what a merge makes."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._gate import gates, repositories


@rule(
    "check-not-strict",
    summary="branches that are merged without the latest default branch",
    severity=Severity.LOW,
    refs=("CWE-693", "CICD-SEC-1"),
    family="access",
    strict=True,
)
def check_not_strict(estate: Estate) -> Iterator[Finding]:
    """Report default branches that take changes which secguard saw beside an older config."""
    for one in repositories(estate):
        if (
            not one.complete
            or not gates(estate, one)
            or any(layer.strict for layer in one.layers or ())
        ):
            continue
        yield check_not_strict.finding(
            one.where,
            f"the branch '{one.branch}' of '{one.name}' takes branches that are not up to date: "
            "secguard saw the change beside an older config and policy",
            hint="require branches to be up to date before merging",
            subject=one.name,
        )
