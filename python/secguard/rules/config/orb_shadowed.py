"""Inline orbs under the name of an orb that everybody knows."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._orbs import CERTIFIED, own_namespaces

_KNOWN = frozenset(
    (
        "android aws-cli aws-code-deploy aws-ecr aws-ecs aws-eks aws-s3 azure-acr azure-aks "
        "azure-cli browser-tools circleci-cli continuation docker docker-compose gcp-cli gcp-gcr "
        "gcp-gke github-cli go gradle helm heroku jira jq kubernetes macos maven node orb-tools "
        "path-filtering php python ruby rust shellcheck slack terraform welcome windows"
    ).split()
)
"""Orbs in the namespace `circleci`."""


@rule(
    "orb-shadowed",
    summary="inline orb under the name of a well-known one",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-1007", "CICD-SEC-3"),
)
def orb_shadowed(config: Config) -> Iterator[Finding]:
    """Report inline orbs whose calls read like those of a certified orb."""
    if CERTIFIED in own_namespaces(config):
        return
    for orb in config.expansion.orbs:
        if orb.orb or not orb.seen or orb.reference is not None or orb.alias not in _KNOWN:
            continue
        section = config.root.get("orbs")
        key = section.key(orb.alias) if section is not None else None
        yield orb_shadowed.finding(
            (key or orb.node).location(),
            f"the inline orb '{orb.alias}' has the name of '{CERTIFIED}/{orb.alias}', so its "
            "calls pass for those of the certified orb",
            hint=f"give it a name of its own, such as 'local-{orb.alias}'",
            subject=orb.alias,
        )
