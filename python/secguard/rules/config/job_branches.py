"""Branches under a job, which a workflow does not look at."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._sightings import own


@rule(
    "job-branches",
    summary="job-level `branches` that have no effect",
    severity=Severity.MEDIUM,
    refs=("CWE-691", "CICD-SEC-1"),
)
def job_branches(config: Config) -> Iterator[Finding]:
    """Report jobs whose definition lists branches."""
    version = config.root.get("version")
    alone = version is not None and version.text in ("2", "2.0")
    for job in config.jobs:
        key = job.node.key("branches") if job.node.is_map and own(job.orb) else None
        if key is None or job.opaque or job.type != "build":
            continue
        if alone and config.root.get("workflows") is None:
            severity, why = Severity.LOW, "is deprecated"
        else:
            severity, why = Severity.MEDIUM, "has no effect in a workflow, so it runs on any branch"
        yield job_branches.finding(
            key.location(),
            f"'branches' in the job '{job.reference}' {why}",
            severity=severity,
            hint="write 'filters' with the job in the workflow",
            subject=job.reference,
        )
