"""A self-hosted runner whose job a push to any branch runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule

_MOST = 10


@rule(
    "runner-open",
    summary="a self-hosted runner that a push to any branch gives work",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-653", "CICD-SEC-4", "CICD-SEC-7"),
)
def runner_open(config: Config) -> Iterator[Finding]:
    """Report the self-hosted runners of each owner once on which any branch's code runs."""
    found: dict[str, dict[Location, Job]] = {}
    for workflow in config.expansion.workflows:
        for job in workflow.jobs:
            wanted = job.executor.resource_class
            if job.executor.self_hosted and wanted is not None:
                if config.exposure(job).open_to_any_branch:
                    where = wanted.at(0, len(wanted.text))
                    owner = wanted.assumed.partition("/")[0]
                    found.setdefault(owner, {}).setdefault(where, job)
    for owner, places in found.items():
        (first, job), *others = places.items()
        wanted = job.executor.resource_class
        name = wanted.display if wanted is not None else owner
        forks = any(config.exposure(one).gate.access.forks for one in places.values())
        who = "any branch, a fork's pull request included" if forks else "any branch"
        yield runner_open.finding(
            first,
            f"the self-hosted runner {name!r} runs {job.name!r} from {who}: code that nobody "
            "reviewed reaches a machine of your own, its network, and what earlier jobs left",
            hint="run it on a class of CircleCI's until it is merged, or keep a runner for such "
            "jobs that holds nothing and starts afresh each time",
            severity=Severity.MEDIUM if forks else Severity.LOW,
            related=tuple(replace(place, note="and here") for place, _ in others[:_MOST]),
            subject=owner,
            exposure=config.exposure(job).at_stake,
        )
