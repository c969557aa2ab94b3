"""Secrets that more than one variable holds."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot


@rule(
    "secret-value-shared",
    summary="one secret under several names",
    severity=Severity.LOW,
    refs=("CWE-1391", "CICD-SEC-6"),
    family="runtime",
)
def secret_value_shared(snapshot: Snapshot) -> Iterator[Finding]:
    """Report variables that hold the same secret."""
    names: dict[bytes, list[str]] = {}
    for variable in snapshot.secrets:
        names.setdefault(variable.value.reveal().strip(), []).append(variable.name)
    for first, *others in names.values():
        if others:
            listed = ", ".join(f"'{name}'" for name in others)
            yield secret_value_shared.finding(
                Location(f"env:{first}"),
                f"'{first}' has the same value as {listed}, so replacing one leaves the other",
                hint="keep it once, and give each use a secret of its own",
                related=tuple(Location(f"env:{name}") for name in others),
                subject=first,
            )
