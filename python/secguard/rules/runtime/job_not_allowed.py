"""A job that is what the policy does not let it be."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.policy.runtime import LISTS
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot

_WORDS = {"refs": "builds", "origins": "builds from", "contexts": "has the context"}


@rule(
    "job-not-allowed",
    summary="a job that the policy does not allow here",
    severity=Severity.HIGH,
    refs=("CWE-863", "CICD-SEC-5"),
    family="runtime",
)
def job_not_allowed(snapshot: Snapshot) -> Iterator[Finding]:
    """Report what the identity token says and no list of the policy names."""
    identity = snapshot.identity
    if identity is None:
        return
    for terms in snapshot.terms:
        for key in LISTS:
            for value in identity.about(key) or ():
                if not terms.allows(key, value):
                    yield job_not_allowed.finding(
                        Location(f"env:{identity.variable}"),
                        f"'{snapshot.job}' {_WORDS[key]} '{value}', and the policy allows "
                        f"{_listed(getattr(terms, key))}",
                        hint="let the job run only where it should, with `filters` and restricted "
                        "contexts, or have the policy name this",
                        subject=value,
                    )


def _listed(allowed: tuple[str, ...]) -> str:
    shown = ", ".join(f"'{one}'" for one in allowed[:3])
    return f"{shown} and others" if allowed[3:] else shown or "none"
