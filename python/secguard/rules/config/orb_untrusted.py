"""Orbs of publishers that CircleCI does not vouch for."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Confidence, Finding, Severity
from secguard.oci.lookalike import imitates
from secguard.rule import rule
from secguard.rules.config._orbs import CERTIFIED, own_namespaces, registry_orbs


@rule(
    "orb-untrusted",
    summary="orb that is not certified",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-829", "CICD-SEC-3"),
)
def orb_untrusted(config: Config) -> Iterator[Finding]:
    """Report orbs with an exact version from other namespaces than CircleCI's, each once."""
    mine = own_namespaces(config)
    for orb in registry_orbs(config):
        if not orb.exact or orb.namespace in mine or imitates(orb.namespace, (CERTIFIED,)):
            continue
        if orb.namespace == CERTIFIED or config.policy.allowed.orb(orb.name):
            continue
        yield orb_untrusted.finding(
            orb.at_name(),
            f"the orb '{orb.name}' is not certified by CircleCI, and its code runs with what its "
            "jobs hold",
            hint=f"read the source of '{orb.name}@{orb.version}', then allow the namespace "
            f"'{orb.namespace}' in the policy",
            subject=orb.name,
        )
