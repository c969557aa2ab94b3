"""Organisations in which a new context is for everyone."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import organisation_at


@rule(
    "context-group-optional",
    summary="a new context is for every member until somebody restricts it",
    severity=Severity.LOW,
    refs=("CWE-276", "CICD-SEC-2"),
    family="access",
)
def context_group_optional(estate: Estate) -> Iterator[Finding]:
    """Report organisations on GitHub's OAuth app that do not require a group."""
    organisation = estate.organisation
    if organisation is None or organisation.settings is None:
        return
    if not organisation.slug.startswith(("gh/", "github/")):
        return  # groups are there for no others
    if organisation.settings.group_restriction_required is False:
        yield context_group_optional.finding(
            organisation_at(organisation),
            f"'{organisation.slug}' requires no group for contexts, so that each new one is for "
            "every member until somebody thinks of it",
            hint="require a security group in Organization Settings > Contexts",
            subject=organisation.slug,
        )
