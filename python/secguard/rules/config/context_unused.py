"""A context on a job in which nothing can read it."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.finding import Finding, Severity
from secguard.rule import rule

_READS_NOTHING = frozenset(
    (
        "attach_workspace checkout persist_to_workspace restore_cache save_cache "
        "store_artifacts store_test_results"
    ).split()
)
_LOGINS = ("auth", "aws_auth", "gcp_auth")


@rule(
    "context-unused",
    summary="a context on a job in which nothing can read it",
    severity=Severity.LOW,
    refs=("CWE-272", "CICD-SEC-5"),
)
def context_unused(config: Config) -> Iterator[Finding]:
    """Report contexts of approvals, of no-op jobs and of jobs that only move files."""
    for workflow in config.expansion.workflows:
        for job in workflow.jobs:
            why = _why(job)
            if why:
                name = job.contexts[0]
                also = tuple(one.at(0, len(one.text), "and this one") for one in job.contexts[1:])
                yield context_unused.finding(
                    name.at(0, len(name.text)),
                    f"{job.name!r} has the context {name.display!r}, and {why}",
                    hint="give contexts to the jobs alone that read them; to decide who may "
                    "approve, restrict a context of the job that follows"
                    if job.type == "approval"
                    else "give contexts to the jobs alone that read them",
                    related=also,
                    subject=job.name,
                )


def _why(job: Job) -> str:
    if not any(name.text for name in job.contexts):
        return ""
    if job.type == "approval":
        return "an approval reads none, nor does the context decide who may approve"
    if job.type == "no-op":
        return "a no-op job runs nothing that could read it"
    if job.type != "build" or job.opaque or job.override is not None or not job.steps:
        return ""
    logins = any(image.section(key) for image in job.executor.images for key in _LOGINS)
    if logins or job.executor.kind != "docker":
        return ""
    if all(step.kind in _READS_NOTHING for step in job.steps):
        return "none of its steps runs anything that could read it"
    return ""
