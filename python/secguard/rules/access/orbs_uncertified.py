"""Organisations that let every config use orbs that nobody has looked at."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import organisation_at


@rule(
    "orbs-uncertified",
    summary="every config may use orbs that anyone has published",
    severity=Severity.LOW,
    refs=("CWE-829", "CICD-SEC-3", "CICD-SEC-8"),
    family="access",
)
def orbs_uncertified(estate: Estate) -> Iterator[Finding]:
    """Report organisations that allow uncertified orbs."""
    organisation = estate.organisation
    if organisation is None or organisation.settings is None:
        return
    if not organisation.settings.uncertified_orbs:
        return
    yield orbs_uncertified.finding(
        organisation_at(organisation),
        f"'{organisation.slug}' allows uncertified orbs: a change of any config may bring in code "
        "that a stranger has published, and it runs with the secrets of its job",
        hint="switch uncertified public orbs off in Organization Settings > Orbs, or allow orbs "
        "by name with a config policy",
        subject=organisation.slug,
    )
