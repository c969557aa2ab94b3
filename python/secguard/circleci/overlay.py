"""Lays what CircleCI's compiler made over what could not be seen offline.

The compiled config (`circleci config process`, or the pipeline's own) holds the jobs of orbs
written out. Steps that the source shows itself are kept with their places in the source.
"""

from __future__ import annotations

from dataclasses import replace

from secguard.circleci.expand import expand
from secguard.circleci.model import Expansion, Job, Step
from secguard.circleci.values import HOLE, Scalar
from secguard.source.tree import Node


def overlay(source: Expansion, compiled: Node) -> Expansion:
    """Complete the jobs of a source's expansion from a compiled config."""
    there = {job.name: job for job in expand(compiled).jobs}
    missing = False
    workflows = []
    for workflow in source.workflows:
        jobs = []
        for job in workflow.jobs:
            whole = there.get(job.name)
            if not _hidden(job):
                jobs.append(job)
            elif whole is None or whole.type == "approval":
                missing = True
                jobs.append(job)
            else:
                jobs.append(_completed(job, whole))
        workflows.append(replace(workflow, jobs=tuple(jobs)))
    orbs = source.orbs
    if not missing:
        orbs = tuple(replace(orb, seen=True) for orb in orbs)
    return replace(source, workflows=tuple(workflows), orbs=orbs)


def _hidden(job: Job) -> bool:
    hidden_step = any(step.kind == "call" for step in job.steps)
    return bool(job.opaque) or hidden_step or job.executor.kind == "opaque"


def _completed(job: Job, whole: Job) -> Job:
    own = [step for step in job.steps if step.kind != "call"]
    texts = [step.command for step in own if step.command is not None]
    added = [step for step in whole.steps if not _known(step, texts)]
    executor = whole.executor if job.executor.kind in ("", "opaque") else job.executor
    return replace(
        job,
        opaque="",
        steps=(*own, *(step for step in added if step.command is not None)),
        executor=executor,
        environment=job.environment or whole.environment,
        shell=job.shell or whole.shell,
    )


def _known(step: Step, texts: list[Scalar]) -> bool:
    command = step.command
    return command is not None and any(_same(text.text, command.text) for text in texts)


def _same(pattern: str, text: str) -> bool:
    """Compare a text in which holes stand for any value."""
    at = 0
    parts = pattern.split(HOLE)
    if not text.startswith(parts[0]) or not text.endswith(parts[-1]):
        return False
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(parts) > 1 or at == len(text)
