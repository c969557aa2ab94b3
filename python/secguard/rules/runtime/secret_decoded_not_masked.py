"""Secrets that are hidden only as long as nobody decodes them."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.derive import DECODED, derive
from secguard.runtime.snapshot import Snapshot


@rule(
    "secret-decoded-not-masked",
    summary="a secret that CircleCI masks as base64, but not decoded",
    severity=Severity.MEDIUM,
    refs=("CWE-532", "CICD-SEC-6"),
    family="runtime",
)
def secret_decoded_not_masked(snapshot: Snapshot) -> Iterator[Finding]:
    """Report secrets that are base64 of something which is the real secret."""
    for variable in snapshot.secrets:
        if any(part.origin == DECODED for part in derive(variable.value)):
            yield secret_decoded_not_masked.finding(
                Location(f"env:{variable.name}"),
                f"'{variable.name}' is base64, and what it stands for is not masked by CircleCI",
                hint="decode it below `secguard run`, which masks both",
                subject=variable.name,
            )
