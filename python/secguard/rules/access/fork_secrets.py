"""Projects that hand their secrets to pull requests from forks."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at

_MOST = 10


@rule(
    "fork-secrets",
    summary="project that hands its secrets to pull requests from forks",
    severity=Severity.HIGH,
    refs=("CWE-200", "CICD-SEC-4", "CICD-SEC-6"),
    family="access",
)
def fork_secrets(estate: Estate) -> Iterator[Finding]:
    """Report projects that build forks and pass secrets to them."""
    for project in estate.projects:
        settings = project.settings
        if settings is None or not (settings.build_forks and settings.secrets_to_forks):
            continue
        jobs = tuple(
            (job.invocation or job.node).location(f"a pull request from a fork runs {job.name!r}")
            for job, exposure in estate.jobs(project.slug)
            if exposure.gate.access.forks and not exposure.approved and exposure.loses
        )
        empty = project.variables == () and not jobs and estate.sees(project.id)
        who = "anyone" if settings.public else "whoever may fork it"
        yield fork_secrets.finding(
            project_at(project),
            f"'{project.slug}' builds pull requests from forks and hands them its variables and "
            f"keys: {who} can read them by opening one",
            hint="switch 'Pass secrets to builds from forked pull requests' off in Project "
            "Settings > Advanced, then replace the secrets if a stranger could have opened one",
            severity=Severity.MEDIUM if empty else Severity.HIGH,
            related=tuple(dict.fromkeys(jobs))[:_MOST],
            subject=project.slug,
        )
