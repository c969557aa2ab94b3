"""Contexts with variables that no config uses."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.restrictions import of_kind
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import context_at


@rule(
    "context-abandoned",
    summary="context with variables that no config uses",
    severity=Severity.LOW,
    refs=("CWE-272", "CICD-SEC-6"),
    family="access",
)
def context_abandoned(estate: Estate) -> Iterator[Finding]:
    """Report contexts where every config that could use them is known and none does."""
    if not all(use.known for held in estate.uses.values() for use in held):
        return
    everything = estate.complete and all(estate.sees(one.id) for one in estate.projects)
    for context in estate.contexts:
        if not context.variables or context.restrictions is None or context.name in estate.uses:
            continue
        projects = of_kind(context, "project")
        known = everything or bool(projects and all(map(estate.sees, projects)))
        if known:
            yield context_abandoned.finding(
                context_at(context),
                f"no config uses the context '{context.name}', whose secrets "
                f"({len(context.variables)}) stay valid and nobody looks after",
                hint="revoke its secrets where they come from, then delete the context",
                subject=context.name,
            )
