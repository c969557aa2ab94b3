"""Contexts whose secrets many projects share."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.restrictions import of_kind
from secguard.access.words import listed
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._contexts import minor
from secguard.rules.access._places import context_at

_MOST = 10


@rule(
    "context-widespread",
    summary="context whose secrets many projects share",
    severity=Severity.LOW,
    refs=("CWE-653", "CICD-SEC-5"),
    family="access",
)
def context_widespread(estate: Estate) -> Iterator[Finding]:
    """Report contexts that more than ten projects may use by name, or do use."""
    for context in estate.contexts:
        if minor(estate, context):
            continue
        allowed = set(of_kind(context, "project"))
        using = {use.project for use in estate.uses.get(context.name, ()) if use.project}
        number = max(len(allowed), len(using))
        if number > _MOST:
            who = "use" if len(using) == number else "may use"
            some = f", {listed(tuple(sorted(using)), 3)} among them" if using else ""
            yield context_widespread.finding(
                context_at(context),
                f"{number} projects {who} the context '{context.name}'{some}, and a mistake in "
                "any of them costs all of them the same secrets",
                hint="give each project, or each team, a context of its own with credentials "
                "that do no more than it needs",
                subject=context.name,
            )
