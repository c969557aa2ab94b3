"""Protections that some can pass by."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.protection import Layer
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
    """Report what requires secguard's status, or a pull request, of some people only."""
    for one in repositories(estate):
        needs = {
            "the status of secguard": [layer for layer, _ in gates(estate, one)],
            "a pull request": [layer for layer in one.layers or () if layer.reviews is not None],
        }
        loose = {what: own for what, own in needs.items() if own and all(_free(own))}
        if not loose:
            continue
        names = sorted({name for own in loose.values() for free in _free(own) for name in free})
        yield protection_bypassable.finding(
            one.where,
            f"what requires {' and '.join(loose)} of '{one.branch}' of '{one.name}' does not bind "
            f"{', '.join(map(repr, names))}: whoever takes over such an account passes it",
            hint="let nobody bypass it, administrators neither, or let them bypass it by a pull "
            "request alone",
            subject=one.name,
        )


def _free(layers: list[Layer]) -> list[tuple[str, ...]]:
    return [layer.bypass or () for layer in layers]
