"""Secrets in variables whose names do not say what they open."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot
from secguard.secrets.names import is_weak_name


@rule(
    "variable-name-weak",
    summary="a secret in a variable whose name does not say what it opens",
    severity=Severity.LOW,
    refs=("CWE-1099", "CICD-SEC-6"),
    family="runtime",
)
def variable_name_weak(snapshot: Snapshot) -> Iterator[Finding]:
    """Report secrets in variables with general names."""
    for variable in snapshot.variables:
        if variable.why and is_weak_name(variable.name):
            yield variable_name_weak.finding(
                Location(f"env:{variable.name}"),
                f"the name '{variable.name}' does not say what its secret opens",
                hint="name it for what it opens and for whom, e.g. 'NPM_PUBLISH_TOKEN'",
                subject=variable.name,
            )
