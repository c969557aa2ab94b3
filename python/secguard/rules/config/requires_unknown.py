"""A `requires` that names no job of its workflow."""

from __future__ import annotations

import difflib
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.order import Order
from secguard.finding import Finding, Severity
from secguard.rule import rule


@rule(
    "requires-unknown",
    summary="a `requires` that names no job of the workflow",
    severity=Severity.MEDIUM,
    refs=("CWE-1127", "CICD-SEC-1"),
)
def requires_unknown(config: Config) -> Iterator[Finding]:
    """Report required names that no job of the workflow has."""
    for workflow in config.expansion.workflows:
        order = Order(workflow)
        if config.kind != "config" or not all(_known(job) for job in workflow.jobs):
            continue
        names = sorted({name for job in workflow.jobs for name in (job.name, *job.names)})
        for job in workflow.jobs:
            for needed in job.requires:
                name = needed.name
                if not name.known or not name.text or order.named(name.text):
                    continue
                near = difflib.get_close_matches(name.text, names, n=1)
                yield requires_unknown.finding(
                    name.at(0, len(name.text)),
                    f"{job.name!r} requires {name.text!r}, and the workflow {workflow.name!r} has "
                    "no job of that name, so CircleCI refuses the config",
                    hint=f"did you mean {near[0]!r}?" if near else "name a job of this workflow",
                    subject=name.text,
                )


def _known(job: Job) -> bool:
    """Say whether a job's name and definition are there; a part of a config lacks some."""
    defined = job.node is not job.invocation or bool(job.opaque) or job.type != "build"
    return defined and "<<" not in job.name
