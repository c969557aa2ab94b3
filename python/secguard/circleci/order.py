"""In which order the jobs of a workflow run: which wait for which."""

from __future__ import annotations

from functools import cached_property
from typing import Callable, Iterable, Iterator

from secguard.circleci.model import Job, Requirement, Workflow


class Order:
    """The order of one workflow's jobs."""

    def __init__(self, workflow: Workflow) -> None:
        """Take a workflow."""
        self.jobs = workflow.jobs
        self._by_name: dict[str, list[Job]] = {}
        for job in workflow.jobs:
            for name in dict.fromkeys((job.name, *job.names)):
                self._by_name.setdefault(name, []).append(job)
        self._required = {id(job): tuple(self._needs(job)) for job in workflow.jobs}
        self._waiting: dict[int, list[Job]] = {}
        for job in workflow.jobs:
            for _, other in self._required[id(job)]:
                self._waiting.setdefault(id(other), []).append(job)

    def named(self, name: str) -> tuple[Job, ...]:
        """Give the jobs that a `requires` can mean by a name."""
        return tuple(self._by_name.get(name, ()))

    def required(self, job: Job) -> tuple[tuple[Requirement, Job], ...]:
        """Give the jobs that a job requires, each with what asks for it."""
        return self._required[id(job)]

    def _needs(self, job: Job) -> Iterator[tuple[Requirement, Job]]:
        for requirement in job.requires:
            for other in self._by_name.get(requirement.name.text, ()):
                if other is not job:
                    yield requirement, other

    @cached_property
    def sorted(self) -> tuple[Job, ...]:
        """Give the jobs, each after those that it requires; circles are cut where they are met."""
        found: list[Job] = []
        begun: set[int] = set()
        done: set[int] = set()
        waiting = list(reversed(self.jobs))
        while waiting:
            job = waiting.pop()
            if id(job) in done:
                continue
            if id(job) in begun:
                done.add(id(job))
                found.append(job)
                continue
            begun.add(id(job))
            waiting.append(job)
            waiting += [one for _, one in self.required(job) if id(one) not in begun]
        return tuple(found)

    def before(self, job: Job) -> tuple[Job, ...]:
        """Give the jobs that a job waits for, directly or not."""
        return _closure(job, lambda one: (other for _, other in self.required(one)))

    def after(self, job: Job, through: Callable[[Job], bool] = lambda _: True) -> tuple[Job, ...]:
        """Give the jobs that wait for a job, directly or through such jobs as are asked for."""
        waiting = self._waiting
        return _closure(
            job, lambda one: waiting.get(id(one), ()) if one is job or through(one) else ()
        )


def _closure(job: Job, step: Callable[[Job], Iterable[Job]]) -> tuple[Job, ...]:
    reached = {id(job)}
    found: list[Job] = []
    waiting = [job]
    while waiting:
        for other in step(waiting.pop()):
            if id(other) not in reached:
                reached.add(id(other))
                found.append(other)
                waiting.append(other)
    return tuple(found)
