"""Organisations whom CircleCI cannot tell of an incident."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import organisation_at


@rule(
    "security-contact-missing",
    summary="no address for news of security incidents",
    severity=Severity.LOW,
    refs=("CWE-778", "CICD-SEC-10"),
    family="access",
)
def security_contact_missing(estate: Estate) -> Iterator[Finding]:
    """Report organisations without a security contact."""
    organisation = estate.organisation
    if organisation is not None and organisation.security_contacts == ():
        yield security_contact_missing.finding(
            organisation_at(organisation),
            f"'{organisation.slug}' has named nobody whom CircleCI tells of a security incident",
            hint="name an address that several people read in Organization Settings > Contacts",
            subject=organisation.slug,
        )
