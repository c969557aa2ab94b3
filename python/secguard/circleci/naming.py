"""The names that jobs get, and what their `requires` cannot mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Iterable, Sequence

from secguard.circleci.model import Job, Workflow
from secguard.circleci.scope import Run
from secguard.circleci.values import Scalar

REQUIRED_WORK = 30
"""What each job that another one waits for counts for."""


def numbered(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Append numbers to the names that several jobs have."""
    count = Counter(job.name for job in jobs)
    seen: Counter[str] = Counter()
    result = []
    for job in jobs:
        if count[job.name] > 1:
            seen[job.name] += 1
            job = replace(job, name=f"{job.name}-{seen[job.name]}", names=(*job.names, job.name))
        result.append(job)
    return tuple(result)


def numbered_across(workflows: Sequence[Workflow]) -> tuple[Workflow, ...]:
    """Append numbers where workflows that run together call a job with different arguments.

    Source: "Authoring parameterized jobs" in the guide to reusing config. Of workflows whose
    condition is open nobody knows whether they run together.
    """
    together = {id(one) for one in workflows if one.runs and not one.conditions}
    calls: dict[str, set[object]] = {}
    for workflow in workflows:
        for job in workflow.jobs if id(workflow) in together else ():
            calls.setdefault(job.name, set()).add(_call(job))
    seen: Counter[str] = Counter()
    result = []
    for workflow in workflows:
        jobs = []
        for job in workflow.jobs:
            if id(workflow) in together and len(calls[job.name]) > 1:
                seen[job.name] += 1
                name = f"{job.name}-{seen[job.name]}"
                job = replace(job, name=name, names=(*job.names, job.name))
            jobs.append(job)
        result.append(replace(workflow, jobs=tuple(jobs)))
    return tuple(result)


def _call(job: Job) -> object:
    if job.type == "approval":
        return None
    given = tuple((key, one.display) for key, one in job.arguments if isinstance(one, Scalar))
    return (job.reference, given, tuple(id(step.node) for step in job.steps))


def check_requires(run: Run, workflow: Workflow) -> None:
    """Note the `requires` that could mean several jobs, and the jobs that never get their turn."""
    named: dict[str, list[Job]] = {}
    for job in workflow.jobs:
        for name in dict.fromkeys((job.name, *job.names)):
            named.setdefault(name, []).append(job)
    needed: dict[int, list[list[Job]]] = {}
    for job in workflow.jobs:
        meant = [(one.name, named.get(one.name.text, [])) for one in job.requires]
        needed[id(job)] = [jobs for _, jobs in meant if jobs != [job]]
        for asked, jobs in meant:
            run.spend(REQUIRED_WORK * (1 + len(jobs)))
            others = {id(one.invocation) for one in jobs if one is not job}
            exact = any(one.matrix or one.name == asked.text for one in jobs)
            if len(others) > 1 and not exact:
                run.error(
                    f"job {job.name!r} requires {asked.text!r}, which is the name of "
                    f"{len(others)} other jobs in workflow {workflow.name!r}",
                    asked.at(0, len(asked.text)),
                )
    lost = _unreachable(workflow.jobs, needed)
    if lost:
        places = [(job.invocation or job.node).location() for job in lost[:10]]
        names = ", ".join(job.name for job in lost[:10])
        run.error(f"the following jobs are unreachable: {names}", *places)


def _unreachable(jobs: Iterable[Job], needed: dict[int, list[list[Job]]]) -> list[Job]:
    left = list(jobs)
    done: set[int] = set()
    while True:
        ready = [job for job in left if all(_all_done(one, job, done) for one in needed[id(job)])]
        if not ready:
            return left
        done.update(id(job) for job in ready)
        left = [job for job in left if id(job) not in done]


def _all_done(wanted: Iterable[Job], asking: Job, done: set[int]) -> bool:
    return all(id(one) in done or one is asking for one in wanted)
