"""A check of this orb that does not run for every branch, or that ends before it checks."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.events import Reach
from secguard.circleci.model import Job
from secguard.circleci.orb_calls import orb_names
from secguard.circleci.script import Script
from secguard.circleci.values import Mapped, Scalar, members
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._own_gate import checking_jobs, is_check


@rule(
    "gate-skipped",
    summary="secguard's check does not run for every branch, or ends before it checks",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-693", "CICD-SEC-1"),
)
def gate_skipped(config: Config) -> Iterator[Finding]:
    """Report filters and conditions that leave branches unchecked, and steps that end the job."""
    checks = checking_jobs(config)
    scripts: dict[int, list[Script]] = {}
    for script in config.scripts:
        scripts.setdefault(id(script.job), []).append(script)
    for job in checks:
        yield from _halted(config, job, scripts.get(id(job), []))
    reaches = [config.exposure(job).reach for job in checks]
    if checks and Reach.ANY_BRANCH not in reaches:
        job = checks[reaches.index(min(reaches))]
        yield gate_skipped.finding(
            _gate(config, job),
            f"{job.name!r} is run by {min(reaches)} only, so that other branches are not checked",
            hint="let the check run for every branch: without filters, in a workflow without a "
            "condition",
            confidence=Confidence.LOW if min(reaches) is Reach.CONDITION else Confidence.MEDIUM,
            subject=job.name,
        )
        return
    for job in checks:
        for name in _ignored(job):
            yield gate_skipped.finding(
                name.at(0, len(name.text)),
                f"the filter of {job.name!r} leaves out '{name.display}': whoever names a branch "
                "so is not checked",
                hint="take the filter away: the check needs a few seconds",
                severity=Severity.LOW,
                subject=job.name,
            )


def _gate(config: Config, job: Job) -> Location:
    if job.filters is not None:
        return job.filters.node.location("the filter")
    for workflow in config.expansion.workflows:
        if workflow.name == job.workflow:
            for condition in workflow.conditions:
                return condition.node.location("the workflow's condition")
            for schedule in workflow.schedules:
                return schedule.location("the schedule")
    return (job.invocation or job.node).location()


def _ignored(job: Job) -> Iterator[Scalar]:
    branches = job.filters.get("branches") if isinstance(job.filters, Mapped) else None
    for one in members(branches.get("ignore")) if isinstance(branches, Mapped) else ():
        if isinstance(one, Scalar):
            yield one


def _halted(config: Config, job: Job, scripts: list[Script]) -> Iterator[Finding]:
    names = orb_names(config.expansion)
    first = next((at for at, step in enumerate(job.steps) if is_check(step, names)), len(job.steps))
    early = {id(step) for step in job.steps[:first]}
    for script in scripts:
        if script.shell is None or id(script.step) not in early:
            continue
        for command in script.shell.commands():
            said = [word.text for word in command.args[:2]]
            if command.name in ("circleci", "circleci-agent") and said == ["step", "halt"]:
                yield gate_skipped.finding(
                    script.text.at(command.start, command.words[-1].end),
                    f"'{command.name} step halt' ends {job.name!r} as passed before it has checked "
                    "anything",
                    hint="remove the step; a check that may be left out is none",
                    confidence=Confidence.HIGH,
                    subject=job.name,
                )
