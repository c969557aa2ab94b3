"""Secrets that should have been replaced."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.access._ages import counted, groups

_MOST = 5


@rule(
    "secret-overdue",
    summary="secret that is older than the policy lets it become",
    severity=Severity.MEDIUM,
    refs=("CWE-324", "CWE-262", "CICD-SEC-6"),
    family="access",
)
def secret_overdue(estate: Estate) -> Iterator[Finding]:
    """Report what is overdue, once for each context, project and kind, the oldest named first."""
    since = estate.policy.rotation.all_older_than
    for (owner, kind, incident, likely), found in groups(estate, "overdue").items():
        named = [f"'{one.secret.name}' ({one.age} days)" for one in found]
        more = f" and {len(named) - _MOST} more" if named[_MOST:] else ""
        are, one_of = ("are", "one") if found[1:] else ("is", "it")
        shortest = min(one.limit for one in found)
        why = f"from before {since}" if incident else f"older than {shortest:g} days"
        grade = Severity.HIGH if incident else Severity.MEDIUM
        yield secret_overdue.finding(
            Location(owner),
            f"{counted(kind, len(found))} {', '.join(named[:_MOST])}{more} "
            f"{are} {why}, and whoever got hold of {one_of} since can use it",
            hint="replace it where it was made, set the new value, and revoke the old one"
            if likely
            else "replace it, or name it in 'allow.secrets' of the policy if it is no secret",
            severity=grade if likely else Severity(grade - 1),
            subject=owner.partition(":")[2],
        )
