"""Orbs of which the config does not say which version it wants."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.values import HOLE
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._orbs import (
    CERTIFIED,
    RegistryOrb,
    own_namespaces,
    registry_orbs,
    under_test,
)

_RANGE = re.compile(r"\d+(?:\.\d+)?", re.ASCII)


@rule(
    "orb-unpinned",
    summary="orb without an exact version",
    severity=Severity.MEDIUM,
    refs=("CWE-829", "CWE-1357", "CICD-SEC-3"),
)
def orb_unpinned(config: Config) -> Iterator[Finding]:
    """Report orb imports that can bring other code tomorrow than they bring today."""
    mine = own_namespaces(config)
    for orb in registry_orbs(config):
        severity, why, hint = _judge(orb, mine)
        if not why:
            continue
        yield orb_unpinned.finding(
            orb.at_version(),
            f"the orb '{orb.reference.display}' {why}",
            severity=severity,
            hint=hint or f"name one version: '{orb.name}@x.y.z'",
            subject=orb.name,
        )


def _judge(orb: RegistryOrb, mine: frozenset[str]) -> tuple[Severity, str, str]:
    nothing = (Severity.LOW, "", "")
    choice = "write it out, or make the parameter an enum"
    in_name, in_version = (next((u for u in part if u.tainted), None) for part in orb.unknowns)
    if in_name is not None:
        return Severity.HIGH, f"and so the code that runs is up to {in_name.control.value}", choice
    own = orb.namespace in mine
    # NOTE: older releases of the Orb Development Kit had a parameter, `dev:alpha` by default.
    if under_test(orb) or (in_version is not None and own and orb.version.startswith("dev:")):
        return nothing
    if in_version is not None:
        return Severity.MEDIUM, f"has a version that is up to {in_version.control.value}", choice
    if orb.exact or HOLE in orb.version:
        return nothing
    if not orb.version:
        return Severity.HIGH, "has no version, so each build takes the newest", ""
    if orb.version == "volatile":
        return Severity.HIGH, "is whatever was published last", ""
    if orb.version.startswith("dev:"):
        who = "is a development version, which any member of its organization can replace"
        return (Severity.LOW if own else Severity.MEDIUM), who, ""
    if not _RANGE.fullmatch(orb.version):
        return nothing
    level = "minor" if orb.version.isdigit() else "patch"
    newest = f"takes each new {level} release of its publisher unseen"
    return (Severity.LOW if own or orb.namespace == CERTIFIED else Severity.MEDIUM), newest, ""
