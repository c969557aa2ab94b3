"""A change of the policy that lets more pass."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.policy.changes import Change
from secguard.rule import rule


@rule(
    "policy-weakened",
    summary="change that lets more pass",
    family="policy",
    severity=Severity.MEDIUM,
    refs=("CWE-693", "CICD-SEC-1"),
)
def policy_weakened(change: Change) -> Iterator[Finding]:
    """Report what a change switches off, lowers, trusts or excepts."""
    for where, what in change.weakened():
        yield policy_weakened.finding(
            where,
            f"{what}, which hides mistakes from the day it is merged",
            hint="have the people who answer for the policy review this line",
        )
