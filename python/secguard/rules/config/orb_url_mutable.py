"""Orbs from an address whose content can change."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._sightings import own

_COMMIT = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-zA-Z])")
_REVISION = (".git.revision", ".sha", ".after", "_sha")


@rule(
    "orb-url-mutable",
    summary="URL orb that is not fixed to a commit",
    severity=Severity.MEDIUM,
    refs=("CWE-829", "CWE-494", "CICD-SEC-3"),
)
def orb_url_mutable(config: Config) -> Iterator[Finding]:
    """Report URL orbs whose address names no commit, and those without encryption."""
    for orb in config.expansion.orbs:
        reference = orb.reference
        if reference is None or not own(orb.orb) or "://" not in reference.assumed:
            continue
        text = reference.assumed
        if text.lower().startswith("http://"):
            yield orb_url_mutable.finding(
                reference.at(0, len(reference.text)),
                f"the orb '{orb.alias}' is fetched over http, so anyone on the way can replace it",
                severity=Severity.HIGH,
                hint="use an https address with a commit in it",
                subject=orb.alias,
            )
        elif not _COMMIT.search(text) and not any(
            unknown.name.endswith(_REVISION) for unknown in reference.unknowns
        ):
            yield orb_url_mutable.finding(
                reference.at(0, len(reference.text)),
                f"the orb '{orb.alias}' is fetched from an address without a commit: whoever can "
                "write there decides what runs here, within minutes",
                hint="put the full commit SHA in the address, in place of the branch or tag",
                subject=orb.alias,
            )
