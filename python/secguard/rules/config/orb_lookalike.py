"""Orbs whose namespace passes for CircleCI's."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.oci.lookalike import imitates
from secguard.rule import rule
from secguard.rules.config._orbs import CERTIFIED, own_namespaces, registry_orbs

_NAMESPACES = (CERTIFIED, "codecov", "cypress-io", "datadog", "hashicorp", "sonarsource")
"""Publishers of orbs that many configs name."""


@rule(
    "orb-lookalike",
    summary="orb whose namespace imitates a well-known one",
    severity=Severity.HIGH,
    refs=("CWE-1007", "CWE-829", "CICD-SEC-3"),
)
def orb_lookalike(config: Config) -> Iterator[Finding]:
    """Report orbs that do not come from where a reader thinks they do."""
    mine = own_namespaces(config)
    for orb in registry_orbs(config):
        other = imitates(orb.namespace, _NAMESPACES)
        if not other or orb.namespace in mine:
            continue
        yield orb_lookalike.finding(
            orb.at_name(),
            f"the orb '{orb.name}' is easily taken for one of '{other}' and belongs to somebody "
            "else",
            hint=f"write '{other}/{orb.name.partition('/')[2]}' if that is meant",
            subject=orb.name,
        )
