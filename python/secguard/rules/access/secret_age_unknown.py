"""Secrets of which CircleCI does not tell how old they are."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.words import listed
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.access._ages import counted, groups


@rule(
    "secret-age-unknown",
    summary="secret of which nobody can tell how old it is",
    severity=Severity.LOW,
    refs=("CWE-324", "CICD-SEC-6"),
    family="access",
)
def secret_age_unknown(estate: Estate) -> Iterator[Finding]:
    """Report them once for each place and kind; after an incident they count as older than it."""
    for (owner, kind, incident, _), found in groups(estate, "unknown").items():
        names = listed(tuple(one.secret.name for one in found))
        since = f", so it counts as from before {estate.policy.rotation.all_older_than}"
        yield secret_age_unknown.finding(
            Location(owner),
            f"CircleCI does not tell the age of {counted(kind, len(found))} {names}"
            + (since if incident else ""),
            hint="replace it now and write the day down, or give it up for one that expires",
            severity=Severity.MEDIUM if incident else None,
            subject=owner.partition(":")[2],
        )
