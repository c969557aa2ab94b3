"""Lays what CircleCI's compiler made over what could not be seen offline.

The compiled config (`circleci config process`, or the pipeline's own) holds the jobs of orbs
written out. Steps that the source shows itself are kept with their places in the source.
"""

from __future__ import annotations

from dataclasses import replace

from secguard.circleci.compiled import plain
from secguard.circleci.expand import expand
from secguard.circleci.model import Expansion, Job, Step
from secguard.circleci.values import HOLE
from secguard.source.node import Node

MIN_TEXT = 8
"""Known characters by which a script with unknown parts is found again."""


def overlay(source: Expansion, compiled: Node) -> Expansion:
    """Complete the jobs of a source's expansion from a compiled config."""
    there = {job.name: job for job in expand(compiled).jobs}
    missing = False
    workflows = []
    for workflow in source.workflows:
        jobs = []
        for job in workflow.jobs:
            names = (job.name, *job.names)
            whole = next((there[name] for name in names if name in there), None)
            if not _hidden(job):
                jobs.append(job)
            elif whole is None or whole.type == "approval":
                missing = True
                jobs.append(job)
            else:
                jobs.append(_completed(job, whole))
        workflows.append(replace(workflow, jobs=tuple(jobs)))
    orbs, undeclared = source.orbs, source.undeclared
    if not missing:
        orbs = tuple(replace(orb, seen=True) for orb in orbs)
        undeclared = ()
    return replace(source, workflows=tuple(workflows), orbs=orbs, undeclared=undeclared)


def _hidden(job: Job) -> bool:
    hidden_step = any(step.kind == "call" for step in job.steps)
    return bool(job.opaque) or hidden_step or job.executor.kind == "opaque"


def _completed(job: Job, whole: Job) -> Job:
    hidden = {step.orb for step in job.steps if step.kind == "call"} | {job.orb} - {""}
    orb = hidden.pop() if len(hidden) == 1 else ""
    left = [step for step in job.steps if step.kind != "call"]
    steps: list[Step] = []
    for step in whole.steps:
        at = next((at for at, one in enumerate(left) if _equal(one, step)), None)
        steps.append(left.pop(at) if at is not None else replace(step, orb=orb))
    return replace(
        job,
        opaque="",
        steps=(*steps, *left),
        executor=whole.executor if job.executor.kind in ("", "opaque") else job.executor,
        environment=job.environment or whole.environment,
        shell=job.shell or whole.shell,
    )


def _equal(own: Step, step: Step) -> bool:
    """Say whether a step of the source is surely this one of the compiled config."""
    if own.kind != step.kind:
        return False
    mine, theirs = own.command, step.command
    if mine is None or theirs is None:
        return bool(plain(own.args) == plain(step.args))
    known = len(mine.text) - mine.text.count(HOLE)
    return (mine.known or known >= MIN_TEXT) and _same(mine.text, theirs.text)


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
