"""An approval before a deployment that no restricted context stands behind."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.order import Order
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule

_MOST = 5


@rule(
    "approval-unrestricted",
    summary="an approval that any member of the project can give",
    severity=Severity.LOW,
    refs=("CWE-863", "CICD-SEC-1", "CICD-SEC-5"),
)
def approval_unrestricted(config: Config) -> Iterator[Finding]:
    """Report approvals of deployments where no job that follows has a context."""
    deploying = config.deployments
    for workflow in config.expansion.workflows:
        order = Order(workflow)
        for job in workflow.jobs:
            if job.type != "approval" or job.invocation is None:
                continue
            after = order.after(job, through=lambda one: one.type != "approval")
            deployed = [one for one in after if id(one) in deploying]
            if not deployed or any(one.contexts for one in after):
                continue
            yield approval_unrestricted.finding(
                job.invocation.location(),
                f"any member of the project can approve {job.name!r}: no job that follows has a "
                "context whose restriction would decide who may",
                hint=f"put the secrets of {deployed[0].name!r} into a context, and restrict it to "
                "the group that may deploy",
                related=tuple(_place(one) for one in deployed[:_MOST]),
                subject=job.name,
            )


def _place(job: Job) -> Location:
    node = job.invocation or job.node
    return node.location(f"{job.name!r} runs after it")
