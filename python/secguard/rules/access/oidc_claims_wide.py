"""Identity tokens that live long, or that several parties take."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.model import Claims
from secguard.access.words import listed
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.access._places import organisation_at, project_at

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_PART = re.compile(r"([0-9]{1,12})(ms|s|m|h|d|w)", re.ASCII)
_USUAL = 3_600
_LONG = 12 * 3_600


@rule(
    "oidc-claims-wide",
    summary="identity tokens that live long or that several parties take",
    severity=Severity.LOW,
    refs=("CWE-613", "CWE-346", "CICD-SEC-6"),
    family="access",
)
def oidc_claims_wide(estate: Estate) -> Iterator[Finding]:
    """Report custom claims of the organisation and of projects."""
    organisation = estate.organisation
    if organisation is not None and organisation.claims is not None:
        where = organisation_at(organisation)
        yield from _judged(organisation.claims, where, organisation.slug)
    for project in estate.projects:
        if project.claims is not None:
            yield from _judged(project.claims, project_at(project), project.slug)


def _judged(claims: Claims, where: Location, name: str) -> Iterator[Finding]:
    seconds = lifetime(claims.ttl)
    if seconds > _USUAL:
        yield oidc_claims_wide.finding(
            where,
            f"the identity tokens of '{name}' live for {claims.ttl}, and whoever gets hold of one "
            "can use it for that long",
            hint="let them live for an hour at most; a job that runs longer asks for a new one "
            "with 'circleci run oidc get'",
            severity=Severity.MEDIUM if seconds > _LONG else Severity.LOW,
            subject="ttl",
        )
    if len(claims.audience) > 1:
        yield oidc_claims_wide.finding(
            where,
            f"the identity tokens of '{name}' are meant for {listed(claims.audience)} at once, and "
            "each of them can use a token at the others",
            hint="keep one audience, and ask for the others with 'circleci run oidc get --claims'",
            subject="audience",
        )


def lifetime(text: str) -> float:
    """Give the seconds of a duration as CircleCI writes it, 0 for none."""
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
