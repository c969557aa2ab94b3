"""Organisations that let people sign in with a password alone."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule


@rule(
    "two-factor-not-required",
    summary="organisation that does not require two-factor authentication",
    severity=Severity.MEDIUM,
    refs=("CWE-308", "CICD-SEC-2"),
    family="access",
)
def two_factor_not_required(estate: Estate) -> Iterator[Finding]:
    """Report an organisation on GitHub that does not require a second factor."""
    people = estate.people
    if people is None or people.two_factor_required is not False:
        return
    yield two_factor_not_required.finding(
        people.where,
        f"the organisation '{people.organisation}' does not require two-factor authentication: "
        "one password that leaks is enough to change what CircleCI runs",
        hint="require it in the organisation's settings under Authentication security",
        subject=people.organisation,
    )
