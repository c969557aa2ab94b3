"""Projects whose settings everyone with write access may change."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at


@rule(
    "settings-unprotected",
    summary="project whose settings everyone with write access may change",
    severity=Severity.LOW,
    refs=("CWE-732", "CICD-SEC-5"),
    family="access",
)
def settings_unprotected(estate: Estate) -> Iterator[Finding]:
    """Report projects that do not ask for an administrator."""
    for project in estate.projects:
        if project.settings is None or project.settings.admin_only is not False:
            continue
        public = project.settings.public is True
        yield settings_unprotected.finding(
            project_at(project),
            f"everyone who may push to '{project.slug}' may change its settings, those for "
            "secrets of forks and for SSH included",
            hint="set 'write_settings_requires_admin' to true with the API's project settings",
            severity=Severity.MEDIUM if public else Severity.LOW,
            subject=project.slug,
        )
