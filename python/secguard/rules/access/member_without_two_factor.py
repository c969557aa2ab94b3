"""People with access whose password alone opens it."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule


@rule(
    "member-without-two-factor",
    summary="person with access who has no second factor",
    severity=Severity.MEDIUM,
    refs=("CWE-308", "CICD-SEC-2"),
    family="access",
)
def member_without_two_factor(estate: Estate) -> Iterator[Finding]:
    """Report members and outside collaborators without two-factor authentication."""
    people = estate.people
    if people is None:
        return
    for login in people.without_two_factor or ():
        kind, severity = "the member", Severity.MEDIUM
        if login in (people.owners or ()):
            kind, severity = "the owner", Severity.HIGH
        elif login in (people.outside or ()):
            kind = "the outside collaborator"
        yield member_without_two_factor.finding(
            people.where,
            f"{kind} '{login}' has no two-factor authentication: whoever has the password has "
            "the access",
            severity=severity,
            hint="ask them to turn it on, or end their access",
            subject=login,
        )
