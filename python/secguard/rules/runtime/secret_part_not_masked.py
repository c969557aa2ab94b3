"""Secrets inside of a value that is masked only as a whole."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.derive import DECODED, derive
from secguard.runtime.snapshot import Snapshot


@rule(
    "secret-part-not-masked",
    summary="a secret inside of a value that CircleCI masks only as a whole",
    severity=Severity.LOW,
    refs=("CWE-532", "CICD-SEC-6"),
    family="runtime",
)
def secret_part_not_masked(snapshot: Snapshot) -> Iterator[Finding]:
    """Report values like URLs and JSON that hold secrets which programs also show alone."""
    for variable in snapshot.secrets:
        origins = {part.origin for part in derive(variable.value)}
        origins = {origin for origin in origins if not origin.startswith(DECODED)}
        if origins:
            yield secret_part_not_masked.finding(
                Location(f"env:{variable.name}"),
                f"'{variable.name}' holds a secret that CircleCI does not mask by itself: "
                f"{min(origins)}",
                hint="keep that secret in a variable of its own, or use `secguard run`",
                subject=variable.name,
            )
