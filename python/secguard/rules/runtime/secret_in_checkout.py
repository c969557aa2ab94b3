"""Secrets that stand in the repository, where the job only should have them."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot


@rule(
    "secret-in-checkout",
    summary="a secret of the job in the checkout or in git's settings",
    severity=Severity.HIGH,
    refs=("CWE-540", "CICD-SEC-6"),
    family="runtime",
)
def secret_in_checkout(snapshot: Snapshot) -> Iterator[Finding]:
    """Report files in the checkout that hold the values of variables, or credentials for git."""
    for name, where in snapshot.found:
        yield secret_in_checkout.finding(
            where,
            f"the value of the secret '{name}' stands in the checkout",
            hint="replace the secret, and take it out of the repository and its history",
            subject=name,
        )
    for where in snapshot.git:
        yield secret_in_checkout.finding(
            where,
            "git's settings hold credentials that every later step can read",
            hint="clone without them in the URL, and let a credential helper ask for them",
            severity=Severity.MEDIUM,
        )
