"""Config policies that decide nothing."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import organisation_at


@rule(
    "config-policies-off",
    summary="config policies that decide nothing",
    severity=Severity.LOW,
    refs=("CWE-693", "CICD-SEC-1"),
    family="access",
)
def config_policies_off(estate: Estate) -> Iterator[Finding]:
    """Report policies that are off, and a switch that is on with nothing behind it."""
    organisation = estate.organisation
    policies = organisation.policies if organisation is not None else None
    if organisation is None or policies is None or policies.names is None:
        return
    if policies.enabled and policies.names:
        return
    severity, hint = Severity.MEDIUM, "upload policies with 'circleci policy push'"
    if policies.enabled:
        what = "has config policies switched on and none uploaded, so that every config passes"
    elif policies.names:
        what = f"has config policies ({len(policies.names)}) and does not enforce them"
        hint = "enforce them with 'circleci policy settings --enabled=true'"
    else:
        what = "has no config policies: nothing holds configs to rules that their authors cannot "
        what += "change"
        severity = Severity.LOW
    yield config_policies_off.finding(
        organisation_at(organisation),
        f"'{organisation.slug}' {what}",
        hint=hint,
        severity=severity,
        subject=organisation.slug,
    )
