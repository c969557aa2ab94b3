"""Configs that can be changed without those who answer for them."""

from __future__ import annotations

from typing import Iterator

from secguard.access.code_owners import CONFIG, fits
from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._gate import gates, repositories


@rule(
    "config-without-code-owner",
    summary="config that changes without a review by its owners",
    severity=Severity.LOW,
    refs=("CWE-284", "CICD-SEC-1", "CICD-SEC-4"),
    family="access",
)
def config_without_code_owner(estate: Estate) -> Iterator[Finding]:
    """Report default branches where a change of the config needs no code owner."""
    for one in repositories(estate):
        layers = one.layers or ()
        required = any(layer.code_owners for layer in layers)
        if (
            not one.complete
            or not one.needs_pull_request
            or (required and one.config_owned is None)
        ):
            continue
        if one.config_owned or any(fits(p, CONFIG) for layer in layers for p in layer.reviewed):
            continue
        why = "no code owner has to approve it"
        if required:
            why = "the file CODEOWNERS gives it to nobody"
        gated = bool(gates(estate, one))
        yield config_without_code_owner.finding(
            one.where,
            f"a change of '{CONFIG}' of '{one.name}' needs no review by those who answer for it: "
            f"{why}"
            + (", so that a change can take out the very job it has to pass" if gated else ""),
            severity=Severity.MEDIUM if gated else Severity.LOW,
            hint="require reviews from code owners, and name owners for /.circleci/ in CODEOWNERS",
            subject=one.name,
        )
