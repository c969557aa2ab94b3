"""Projects whose jobs may be run again with a shell in them."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at

_MOST = 5


@rule(
    "ssh-reruns",
    summary="project whose jobs may be run again with SSH",
    severity=Severity.LOW,
    refs=("CWE-284", "CICD-SEC-5"),
    family="access",
)
def ssh_reruns(estate: Estate) -> Iterator[Finding]:
    """Report projects that allow it, above all where gated jobs hold secrets."""
    for project in estate.projects:
        if project.settings is None or project.settings.ssh_disabled is not False:
            continue
        gated = tuple(
            names[0].at(0, len(names[0].text), f"{job.name!r} has it, run by {exposure.run_by}")
            for job, exposure in estate.jobs(project.slug)
            for names in [[one for one in job.contexts if estate.admits_ssh(one.display)]]
            if names and not exposure.open
        )
        message = f"jobs of '{project.slug}' may be run again with SSH: whoever can push gets a "
        message += (
            "shell in jobs that a filter or an approval guards, with their secrets"
            if gated
            else "shell in them, with their secrets, and nothing of it is in the log"
        )
        yield ssh_reruns.finding(
            project_at(project),
            message,
            hint="switch 'Disable SSH' on in Project Settings > Advanced, or add 'not "
            "job.ssh.enabled' to the expressions of its contexts",
            severity=Severity.MEDIUM if gated else Severity.LOW,
            related=tuple(dict.fromkeys(gated))[:_MOST],
            subject=project.slug,
        )
