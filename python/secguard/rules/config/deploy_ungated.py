"""A job that deploys or publishes, and that a push to any branch runs."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule


@rule(
    "deploy-ungated",
    summary="a deployment that a push to any branch runs",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-862", "CICD-SEC-1"),
)
def deploy_ungated(config: Config) -> Iterator[Finding]:
    """Report deployments that neither a filter nor an approval stands before."""
    deploying = config.deployments
    for workflow in config.expansion.workflows:
        for job in workflow.jobs:
            made, exposure = deploying.get(id(job)), config.exposure(job)
            if made is None or not exposure.open_to_any_branch:
                continue
            name = job.reference if made.what else job.name
            what = f"runs {made.what!r}" if made.what else "deploys by its name"
            if made.what == name:
                what = "deploys"
            run = job.invocation.location("it is run here") if job.invocation else made.where
            yield deploy_ungated.finding(
                made.where,
                f"{name!r} {what}, and a push to any branch starts it",
                hint="filter the job to the branches and tags that are deployed, or put an "
                "approval before it",
                confidence=Confidence.LOW if made.guarded else Confidence.MEDIUM,
                related=(run,) if run.span != made.where.span else (),
                subject=name,
                exposure=exposure.at_stake,
            )
