"""The same secret in the variables of several projects."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.model import Project
from secguard.access.words import listed
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at
from secguard.secrets.names import is_secret_name

_FEW = 3
_MANY = 10
_TAIL = 4


@rule(
    "secret-copied",
    summary="the same secret in the variables of several projects",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-653", "CICD-SEC-6"),
    family="access",
)
def secret_copied(estate: Estate) -> Iterator[Finding]:
    """Report variables of one name whose values end alike in three projects or more."""
    found: dict[tuple[str, str], list[Project]] = {}
    for project in estate.projects:
        for variable in project.variables or ():
            if len(variable.tail) >= _TAIL and is_secret_name(variable.name):
                found.setdefault((variable.name, variable.tail), []).append(project)
    for (name, _), projects in sorted(found.items()):
        if len(projects) >= _FEW:
            first, *others = sorted(projects, key=lambda one: one.slug)
            yield secret_copied.finding(
                project_at(first),
                f"{len(projects)} projects seem to have the same secret as '{name}': "
                f"{listed(tuple(one.slug for one in (first, *others)))}; it is replaced in all of "
                "them or it stays valid",
                hint="give each project a credential of its own, or keep the one in a context "
                "that is restricted to these projects",
                severity=Severity.MEDIUM if len(projects) >= _MANY else Severity.LOW,
                related=tuple(project_at(one, "and here") for one in others)[:_MANY],
                subject=name,
            )
