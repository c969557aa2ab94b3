"""Checkout keys of people, where a deploy key opens no more than the one repository."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at


@rule(
    "checkout-key-personal",
    summary="checkout key of a person, where a deploy key does",
    severity=Severity.MEDIUM,
    refs=("CWE-272", "CICD-SEC-2", "CICD-SEC-6"),
    family="access",
)
def checkout_key_personal(estate: Estate) -> Iterator[Finding]:
    """Report the keys of each project once."""
    for project in estate.projects:
        keys = [key for key in project.keys or () if key.personal]
        if not keys:
            continue
        used = any(key.preferred for key in keys)
        what = "checks its code out with" if used else "keeps"
        yield checkout_key_personal.finding(
            project_at(project),
            f"'{project.slug}' {what} the SSH key of a person, which reads and writes all "
            "repositories of theirs, and every job can use it",
            hint="add a deploy key in Project Settings > SSH Keys and delete the user key; for "
            "other repositories use a deploy key or a machine user each",
            severity=Severity.MEDIUM if used else Severity.LOW,
            subject=project.slug,
            exposure="keys: " + ", ".join(sorted(key.fingerprint for key in keys)),
        )
