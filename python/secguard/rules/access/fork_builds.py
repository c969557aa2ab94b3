"""Projects that run the code of pull requests from forks."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at


@rule(
    "fork-builds",
    summary="project that runs the code of pull requests from forks",
    severity=Severity.LOW,
    refs=("CWE-829", "CICD-SEC-4"),
    family="access",
)
def fork_builds(estate: Estate) -> Iterator[Finding]:
    """Report projects that build forks without secrets; self-hosted runners make it worse."""
    for project in estate.projects:
        settings = project.settings
        if settings is None or not settings.build_forks or settings.secrets_to_forks is not False:
            continue
        runners = tuple(
            job.executor.resource_class.node.location("a fork's code runs on it")
            for job, exposure in estate.jobs(project.slug)
            if exposure.gate.access.forks and not exposure.approved
            if job.executor.self_hosted and job.executor.resource_class is not None
        )
        message = (
            f"'{project.slug}' builds pull requests from forks, and one of its jobs runs on a "
            "self-hosted runner: a stranger's code runs in your network"
            if runners
            else f"'{project.slug}' builds pull requests from forks: a stranger's code runs with "
            "your caches and your credits"
        )
        yield fork_builds.finding(
            project_at(project),
            message,
            hint="keep jobs of forks off self-hosted runners"
            if runners
            else "switch 'Build forked pull requests' off in Project Settings > Advanced, unless "
            "contributors work that way",
            severity=Severity.HIGH if runners else Severity.LOW,
            related=tuple(dict.fromkeys(runners))[:5],
            subject=project.slug,
        )
