"""Default branches that one person can change alone."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._gate import repositories


@rule(
    "review-not-required",
    summary="default branch that one person can change alone",
    severity=Severity.MEDIUM,
    refs=("CWE-284", "CICD-SEC-1"),
    family="access",
)
def review_not_required(estate: Estate) -> Iterator[Finding]:
    """Report protected branches that need no pull request, or nobody's approval."""
    for one in repositories(estate):
        layers = one.layers or ()
        if not one.complete or any((layer.reviews or 0) > 0 for layer in layers):
            continue
        if one.needs_pull_request:
            severity = Severity.LOW
            message = "can be changed by a pull request that nobody else approves"
        else:
            severity = Severity.MEDIUM
            forced = not any(layer.no_force_push for layer in layers)
            message = (
                f"can be pushed to without a pull request{', by force, too' if forced else ''}"
            )
        yield review_not_required.finding(
            one.where,
            f"the branch '{one.branch}' of '{one.name}' {message}: one account is enough to change "
            "what runs from it",
            severity=severity,
            hint="require a pull request with at least one approval",
            subject=one.name,
        )
