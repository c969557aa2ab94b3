"""Secrets that CircleCI does not mask."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot
from secguard.runtime.unmasked import unmasked


@rule(
    "secret-not-masked",
    summary="a secret that CircleCI does not mask",
    severity=Severity.MEDIUM,
    refs=("CWE-532", "CICD-SEC-6"),
    family="runtime",
)
def secret_not_masked(snapshot: Snapshot) -> Iterator[Finding]:
    """Report secrets whose value, or source, keeps CircleCI from masking them."""
    for variable in snapshot.variables:
        reason = unmasked(variable, snapshot) if variable.why else ""
        if reason:
            yield secret_not_masked.finding(
                Location(f"env:{variable.name}"),
                f"the secret '{variable.name}' can show in spite of CircleCI's masking: {reason}",
                hint="set a value of one line in a context, or run what may show it with "
                "`secguard run`",
                subject=variable.name,
                severity=None if variable.is_secret else Severity.LOW,
            )
