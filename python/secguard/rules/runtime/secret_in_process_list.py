"""Secrets in the command lines of other processes."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot


@rule(
    "secret-in-process-list",
    summary="a secret in the command line of a running process",
    severity=Severity.MEDIUM,
    refs=("CWE-214", "CICD-SEC-6"),
    family="runtime",
)
def secret_in_process_list(snapshot: Snapshot) -> Iterator[Finding]:
    """Report processes whose command lines show secrets to every user of the machine."""
    for process in snapshot.processes:
        for name in process.names:
            yield secret_in_process_list.finding(
                Location(f"env:{name}"),
                f"the command line of the running '{process.name}' shows the value of '{name}'",
                hint="hand it over in the environment, a file or standard input",
                subject=name,
            )
