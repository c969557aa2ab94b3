"""API tokens of projects: they end with nobody's leave and never expire."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at

_MAY = {
    "all": "reads and changes everything of it, its variables included",
    "view-builds": "reads its logs and artifacts",
    "status": "reads the status of its builds",
}


@rule(
    "project-token",
    summary="API token that belongs to a project and never expires",
    severity=Severity.LOW,
    refs=("CWE-324", "CICD-SEC-6"),
    family="access",
)
def project_token(estate: Estate) -> Iterator[Finding]:
    """Report each token by its label."""
    for project in estate.projects:
        for token in project.tokens or ():
            full = token.scope == "all"
            yield project_token.finding(
                project_at(project),
                f"'{project.slug}' has the API token '{token.label or token.id}', which "
                f"{_MAY.get(token.scope, 'has the scope ' + repr(token.scope))}, belongs to nobody "
                "and never expires",
                hint="delete it in Project Settings > API Permissions; personal tokens that "
                "expire have taken the place of project tokens",
                severity=Severity.MEDIUM if full else Severity.LOW,
                subject=token.label or token.id,
            )
