"""People from outside the organisation who have access."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.people import People
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule

MAX_RELATED = 20


@rule(
    "outside-collaborator-access",
    summary="person from outside the organisation who has access",
    severity=Severity.LOW,
    refs=("CWE-284", "CICD-SEC-2"),
    family="access",
)
def outside_collaborator_access(estate: Estate) -> Iterator[Finding]:
    """Report outside collaborators that the policy does not name."""
    people = estate.people
    if people is None:
        return
    pushes = _pushes(people)
    for login in sorted({*(people.outside or ()), *pushes}):
        if estate.policy.people.invited(login):
            continue
        places = pushes.get(login, ())
        yield outside_collaborator_access.finding(
            people.where,
            f"the outside collaborator '{login}' "
            + (
                "may push, and with that change what CircleCI runs with the project's secrets"
                if places
                else "has access to the organisation's code"
            ),
            severity=Severity.MEDIUM if places else Severity.LOW,
            hint="end the access, or name them in the policy under `people: outside_collaborators`",
            related=tuple(places)[:MAX_RELATED],
            subject=login,
        )


def _pushes(people: People) -> dict[str, list[Location]]:
    found: dict[str, list[Location]] = {}
    for one in people.repositories:
        for login, may_push in one.outside or ():
            if may_push:
                found.setdefault(login, []).append(one.where)
    return found
