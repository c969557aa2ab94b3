"""Secrets in the variables of a project, which every job of every branch gets."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.words import listed
from secguard.circleci.exposure import Exposure
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at
from secguard.secrets.names import is_secret_name

_MOST = 10


@rule(
    "project-variable-open",
    summary="secret in a project's variables that belongs into a restricted context",
    severity=Severity.LOW,
    refs=("CWE-653", "CICD-SEC-2", "CICD-SEC-6"),
    family="access",
)
def project_variable_open(estate: Estate) -> Iterator[Finding]:
    """Report the secrets of each project once, those first that only gated jobs read."""
    for project in estate.projects:
        names = tuple(one.name for one in project.variables or () if is_secret_name(one.name))
        if not names:
            continue
        readers: dict[str, list[Exposure]] = {}
        for _, exposure in estate.jobs(project.slug):
            for name in exposure.secrets:
                readers.setdefault(name, []).append(exposure)
        gated = tuple(
            name
            for name in names
            if name in readers and not any(exposure.open for exposure in readers[name])
        )
        places = (_place(exposure) for name in gated for exposure in readers[name])
        what = "is a project variable" if len(gated or names) == 1 else "are project variables"
        only = " though gated jobs alone read " + ("it" if len(gated) == 1 else "them")
        yield project_variable_open.finding(
            project_at(project),
            f"{listed(gated or names)} of '{project.slug}' {what}, which every job of every branch "
            f"gets{only if gated else ''}",
            hint="move secrets into a context that is restricted to this project and, for "
            "deployments, to its main branch",
            severity=Severity.MEDIUM if gated else Severity.LOW,
            related=tuple(dict.fromkeys(places))[:_MOST],
            subject=project.slug,
        )


def _place(exposure: Exposure) -> Location:
    job = exposure.job
    return (job.invocation or job.node).location(f"{job.name!r} reads it, which is gated")
