"""A check before a deployment that its own filter keeps from running when the deployment runs."""

from __future__ import annotations

import re
from typing import Dict, Iterator, NamedTuple, Optional, Tuple

from secguard.circleci.config import Config
from secguard.circleci.events import ANY_BRANCH, Event
from secguard.circleci.gates import running
from secguard.circleci.model import Job, Requirement
from secguard.circleci.order import Order
from secguard.circleci.values import Mapped
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._events import pushes

_WORD = re.compile(r"[a-z]+")
_CHECKS = frozenset(
    (
        "audit check codeql gitleaks sast scan scanner scanning secguard secops security semgrep "
        "snyk sonar test tests testing trivy validate verify"
    ).split()
)


_MOST = 10
_Case = Tuple[Event, Dict[int, Optional[bool]]]


class _Skipped(NamedTuple):
    """A required job, and a push for which it does not run."""

    needed: Requirement
    job: Job
    event: Event


@rule(
    "dependency-skipped",
    summary="a required job that is left out when the deployment runs",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-696", "CICD-SEC-1"),
)
def dependency_skipped(config: Config) -> Iterator[Finding]:
    """Report approvals and checks whose filter lets a deployment past them."""
    deploying = config.deployments
    parameters = {one.name: one for one in config.expansion.parameters}
    for workflow in config.expansion.workflows:
        if not any(id(job) in deploying for job in workflow.jobs):
            continue
        order = Order(workflow)
        events = [(event, running(order, event, parameters)) for event in pushes(workflow)]
        for job in workflow.jobs:
            if id(job) in deploying:
                skipped = tuple(_skipped(job, order, events))
                if skipped:
                    yield _finding(config, job, skipped)


def _skipped(job: Job, order: Order, events: list[_Case]) -> Iterator[_Skipped]:
    for needed, other in order.required(job):
        if other.type != "approval" and _CHECKS.isdisjoint(_WORD.findall(other.name.lower())):
            continue
        for event, runs in events:
            if runs[id(job)] is True and runs[id(other)] is False:
                yield _Skipped(needed, other, event)
                break


def _finding(config: Config, job: Job, skipped: tuple[_Skipped, ...]) -> Finding:
    first = next((one for one in skipped if one.job.type == "approval"), skipped[0])
    event, name = first.event, first.job.name
    when = f"the tag '{event.tag}'" if event.tag else f"the branch '{event.branch}'"
    if event.branch == ANY_BRANCH:
        when = "a branch that no filter names"
    others = {id(one.job) for one in skipped if one is not first}
    more = f" and {len(others)} more" if others else ""
    return dependency_skipped.finding(
        first.needed.name.at(0, len(first.needed.name.text)),
        f"{job.name!r} does not wait for {name!r}{more} when {when} is pushed: a filter leaves "
        "that out then, and CircleCI waits only for jobs that run",
        hint="give the job and all that it requires the same filter",
        severity=Severity.MEDIUM if first.job.type == "approval" else Severity.LOW,
        related=_places(first, skipped),
        subject=job.name,
        exposure=config.exposure(job).at_stake,
    )


def _places(first: _Skipped, skipped: tuple[_Skipped, ...]) -> tuple[Location, ...]:
    found: dict[Location, None] = {}
    own = first.job.filters
    if isinstance(own, Mapped):
        found[own.node.location(f"the filter of {first.job.name!r}")] = None
    elif first.job.invocation is not None:
        found[first.job.invocation.location(f"{first.job.name!r} has no filter for tags")] = None
    for one in skipped:
        if one.needed.name.node is not first.needed.name.node:
            found[one.needed.name.at(0, len(one.needed.name.text), "left out, too")] = None
    return tuple(found)[:_MOST]
