"""Xcode versions that CircleCI has removed, or is about to."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.lifecycle import xcode
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._ended import ended
from secguard.rules.config._sightings import executors, own


@rule(
    "xcode-unsupported",
    summary="Xcode version that is removed or out of support",
    severity=Severity.LOW,
    refs=("CWE-1104", "CICD-SEC-7"),
)
def xcode_unsupported(config: Config) -> Iterator[Finding]:
    """Report Xcode versions that have ended."""
    versions = (
        executor.arg("macos", "xcode")
        for _, executor in executors(config)
        if own(executor.orb) and not executor.self_hosted
    )
    hint = "use '{}' or a later one"
    yield from ended(xcode_unsupported, versions, xcode, "Xcode '{}'", hint)
