"""Organisations that many people own."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule


@rule(
    "too-many-owners",
    summary="organisation with many owners",
    severity=Severity.LOW,
    refs=("CWE-250", "CICD-SEC-2"),
    family="access",
)
def too_many_owners(estate: Estate) -> Iterator[Finding]:
    """Report an organisation on GitHub with more owners than the policy allows, or than five."""
    people, policy = estate.people, estate.policy.people
    if people is None or people.owners is None or len(people.owners) <= policy.owners:
        return
    decided = policy.max_owners is not None
    limit = f", and the policy allows {policy.owners}" if decided else ""
    yield too_many_owners.finding(
        people.where,
        f"the organisation '{people.organisation}' has {len(people.owners)} owners{limit}: each "
        "of them can change every repository and every protection",
        severity=Severity.MEDIUM if decided else Severity.LOW,
        hint="make those members who do not administer the organisation; give teams the "
        "repositories that they need",
        subject=people.organisation,
    )
