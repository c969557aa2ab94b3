"""Protections that some can pass by."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._gate import gates, repositories


@rule(
    "protection-bypassable",
    summary="protection of a default branch that some can pass by",
    severity=Severity.LOW,
    refs=("CWE-284", "CICD-SEC-1"),
    family="access",
)
def protection_bypassable(estate: Estate) -> Iterator[Finding]:
    """Report what requires secguard's status, or else a pull request, from some people only."""
    for one in repositories(estate):
        holding = [layer for layer, _ in gates(estate, one)]
        holding = holding or [layer for layer in one.layers or () if layer.reviews is not None]
        if not holding or not all(layer.bypass for layer in holding):
            continue
        names = sorted({name for layer in holding for name in layer.bypass or ()})
        yield protection_bypassable.finding(
            one.where,
            f"what protects the branch '{one.branch}' of '{one.name}' does not bind "
            f"{', '.join(map(repr, names))}: who takes over such an account needs no review and "
            "no status",
            hint="let nobody bypass it, administrators neither; let a pull request be what they "
            "may bypass it with",
            subject=one.name,
        )
