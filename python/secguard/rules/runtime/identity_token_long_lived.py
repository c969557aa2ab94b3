"""Identity tokens that hold longer than a job runs."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot

_HOUR = 3_600


@rule(
    "identity-token-long-lived",
    summary="an identity token that holds for more than an hour",
    severity=Severity.LOW,
    refs=("CWE-613", "CICD-SEC-6"),
    family="runtime",
)
def identity_token_long_lived(snapshot: Snapshot) -> Iterator[Finding]:
    """Report a lifetime beyond CircleCI's default of an hour; more than a day is worse."""
    identity = snapshot.identity
    if identity is None or identity.lifetime is None or identity.lifetime <= _HOUR:
        return
    hours = -(-identity.lifetime // _HOUR)
    yield identity_token_long_lived.finding(
        Location(f"env:{identity.variable}"),
        f"the identity token '{identity.variable}' holds for up to {hours} hours, and who gets "
        "hold of it is this job for so long",
        hint="lower `ttl` in the OIDC claims of the organization or the project",
        severity=Severity.MEDIUM if hours > 24 else None,
        subject=identity.variable,
    )
