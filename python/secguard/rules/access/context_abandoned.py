"""Contexts with variables that no config uses."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.restrictions import of_kind
from secguard.finding import Confidence, Finding, Severity
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
        own = bool(projects) and all(map(estate.sees, projects))
        if own or everything:
            # NOTE: no list of an organisation's projects is known to have all of them.
            nobody = (
                f"no config of the projects that may use the context '{context.name}' does, and "
                f"its secrets ({len(context.variables)})"
                if own
                else f"no config of the {len(estate.projects):,} projects that were looked at uses "
                f"the context '{context.name}', whose secrets ({len(context.variables)})"
            )
            yield context_abandoned.finding(
                context_at(context),
                f"{nobody} stay valid and nobody looks after",
                confidence=Confidence.HIGH if own else Confidence.MEDIUM,
                hint="revoke its secrets where they come from, then delete the context",
                subject=context.name,
            )
