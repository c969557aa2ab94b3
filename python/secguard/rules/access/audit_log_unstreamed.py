"""Organisations that keep no audit log of their own."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import organisation_at


@rule(
    "audit-log-unstreamed",
    summary="audit log that is kept nowhere but at CircleCI",
    severity=Severity.LOW,
    refs=("CWE-778", "CICD-SEC-10"),
    family="access",
    strict=True,
)
def audit_log_unstreamed(estate: Estate) -> Iterator[Finding]:
    """Report organisations that stream their audit log to no place."""
    organisation = estate.organisation
    if organisation is not None and organisation.audit_streams == 0:
        yield audit_log_unstreamed.finding(
            organisation_at(organisation),
            f"the audit log of '{organisation.slug}' is streamed nowhere, so that nothing notices "
            "who reads secrets, and it is gone after a year",
            hint="stream it to a bucket of your own in Organization Settings > Security",
            subject=organisation.slug,
        )
