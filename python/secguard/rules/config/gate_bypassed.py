"""A deployment that does not wait for the check of this orb."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job, Requirement, Workflow
from secguard.circleci.order import Order
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._own_gate import checking_jobs


@rule(
    "gate-bypassed",
    summary="a deployment that does not wait for secguard's check",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-693", "CICD-SEC-1"),
)
def gate_bypassed(config: Config) -> Iterator[Finding]:
    """Report deployments that run without the check, beside it, or after it failed."""
    checks = checking_jobs(config)
    deploying = config.deployments
    for workflow in config.expansion.workflows if checks else ():
        own = [job for job in checks if job.workflow == workflow.name]
        order = Order(workflow)
        passed = _passed(order, own)
        for job in workflow.jobs:
            if id(job) not in deploying or id(job) in passed or job.invocation is None:
                continue
            ignored = [
                (needed, other)
                for needed, other in order.required(job)
                if any(other is check for check in own)
            ]
            if ignored:
                yield _ignoring(config, job, *ignored[0])
            else:
                yield _beside(config, workflow, job, own or checks)


def _passed(order: Order, checks: list[Job]) -> set[int]:
    """Give the jobs that run only after one of the checks has passed."""
    found = {id(job) for job in checks}
    for job in order.sorted:
        if any(
            id(other) in found and set(needed.statuses) <= {"success"}
            for needed, other in order.required(job)
        ):
            found.add(id(job))
    return found


def _ignoring(config: Config, job: Job, needed: Requirement, check: Job) -> Finding:
    status = next(one for one in needed.statuses if one != "success")
    return gate_bypassed.finding(
        needed.name.at(0, len(needed.name.text)),
        f"{job.name!r} runs after {check.name!r} even where its status is {status!r}",
        hint=f"require {check.name!r} without a status",
        subject=job.name,
        exposure=config.exposure(job).at_stake,
    )


def _beside(config: Config, workflow: Workflow, job: Job, checks: list[Job]) -> Finding:
    check = checks[0]
    same = check.workflow == workflow.name
    beside = "" if same else f", which runs in the workflow {check.workflow!r} alone"
    return gate_bypassed.finding(
        (job.invocation or job.node).location(),
        f"{job.name!r} deploys without waiting for {check.name!r}{beside}",
        hint=f"let {job.name!r}, or a job that it requires, require {check.name!r}"
        if same
        else f"run the check in {workflow.name!r}, too, and let {job.name!r} require it",
        severity=Severity.MEDIUM if same else Severity.LOW,
        related=(check.invocation.location("the check"),) if check.invocation else (),
        subject=job.name,
        exposure=config.exposure(job).at_stake,
    )
