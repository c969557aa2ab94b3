"""Secrets in a build that a fork controls."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot


@rule(
    "secret-in-fork-build",
    summary="secrets in the build of a forked pull request",
    severity=Severity.HIGH,
    refs=("CWE-200", "CICD-SEC-4"),
    family="runtime",
)
def secret_in_fork_build(snapshot: Snapshot) -> Iterator[Finding]:
    """Report secrets that a forked pull request gets."""
    fork = snapshot.fork
    for variable in snapshot.secrets if fork else ():
        if snapshot.source(variable.name) != "config":
            yield secret_in_fork_build.finding(
                Location(f"env:{variable.name}"),
                f"the pull request from '{fork}' gets the secret '{variable.name}', and whoever "
                "wrote it decides what runs here",
                hint='switch "Pass secrets to builds from forked pull requests" off',
                subject=variable.name,
            )
