"""People who have access and do not use it."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule


@rule(
    "member-inactive",
    summary="person with access who has not been active",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-284", "CICD-SEC-2"),
    family="access",
)
def member_inactive(estate: Estate) -> Iterator[Finding]:
    """Report members and outside collaborators that the audit log has nothing about."""
    people = estate.people
    if people is None:
        return
    days = estate.policy.people.inactive_days
    for login in people.inactive or ():
        owner = login in (people.owners or ())
        yield member_inactive.finding(
            people.where,
            f"the audit log has nothing about {'the owner ' if owner else ''}'{login}' in {days} "
            "days: access that nobody uses is not missed when somebody else does",
            severity=Severity.MEDIUM if owner else Severity.LOW,
            hint="end the access, or ask what it is for",
            subject=login,
        )
