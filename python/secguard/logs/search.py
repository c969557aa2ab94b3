"""Searches what jobs wrote and stored, in several threads, as long as there is time."""

from __future__ import annotations

from functools import partial
from typing import Callable, Iterator, List, Sequence, Tuple, TypeVar

from secguard.api.client import Api, path
from secguard.api.fields import has, number, raw
from secguard.finding import Location, Problem
from secguard.logs.found import Searched
from secguard.logs.jobs import Job
from secguard.logs.read import CUT, Reader
from secguard.logs.steps import steps
from secguard.net.failure import AskError, Failure
from secguard.net.spread import spread
from secguard.runtime.inspect import Closed

MAX_ARTIFACTS = 20_000
"""How many artifacts of one job are looked into."""

_BATCH = 8

T = TypeVar("T")
_Task = Callable[[], Searched]
_Listed = Tuple[Searched, List[_Task]]


def search(api: Api, reader: Reader, jobs: Sequence[Job]) -> Searched:
    """Search the output, the commands, the test results and the artifacts of jobs.

    A few jobs at a time, because the addresses of what they wrote are good for minutes only.
    """
    total = Searched()
    late = 0
    for first in range(0, len(jobs), _BATCH):
        batch = jobs[first : first + _BATCH]
        listings = [partial(_listed, api, reader, job, what) for job in batch for what in _PARTS]
        tasks: list[_Task] = []
        for listed in _done(reader, listings):
            late += listed is None
            found, more = listed or (Searched(), [])
            total.add(found)
            tasks += more
        for one in _done(reader, tasks):
            late += one is None
            total.add(one or Searched())
    if late:
        message = f"{late} parts were not read, since the time of --max-seconds was over"
        total.problems.append(Problem(Location("."), message, "read less, or give it more time"))
    for hits in (total.hits, total.files.hits):
        hits.sort(key=lambda hit: (hit.uri, hit.offset, hit.names, hit.what))
    return total


def _done(reader: Reader, tasks: Sequence[Callable[[], T]]) -> list[T | None]:
    """Do some work in several threads; None stands for what there was no time for."""
    limits = reader.limits
    late: T | None = None

    def work(place: int) -> T | None:
        return late if limits.is_late() else tasks[place]()

    places = range(len(tasks))
    found = spread(work, places, late, limits.end, limits.workers)
    return [found[place] for place in places]


def _listed(api: Api, reader: Reader, job: Job, what: str) -> _Listed:
    found, tasks = Searched(), []
    try:
        for task in _PARTS[what](api, reader, job, found):
            tasks.append(task)
    except AskError as error:
        message = f"{what} could not be listed: {api.name} {error.message}"
        found.problems.append(reader.problem(job.uri, message))
    return found, tasks


def _steps(api: Api, reader: Reader, job: Job, found: Searched) -> Iterator[_Task]:
    if job.is_running:
        why = "it still runs, and may write more"
        found.closed.append(Closed(reader.named(job.uri, found), why))
    all_steps = steps(api, job)
    if all_steps and all(step.command is None for step in all_steps):
        message = f"the commands of its steps were not read: {api.name} does not tell them"
        found.problems.append(reader.problem(job.uri, message))
    for step in all_steps:
        if step.command:
            found.add(reader.text(f"{step.uri}!command", step.command))
        if step.is_cut:
            found.closed.append(Closed(reader.named(step.uri, found), CUT))
        if step.url:
            yield partial(reader.output, step.uri, step.url)
        elif step.has_output:
            message = f"this was not read: {api.name} does not say where its output is"
            found.problems.append(reader.problem(step.uri, message))


def _artifacts(api: Api, reader: Reader, job: Job, found: Searched) -> Iterator[_Task]:
    if not reader.limits.artifacts:
        return
    listed = api.pages(path("/api/v2/project/{}/{}/artifacts", job.slug, str(job.number)))
    for count, item in enumerate(listed):
        if count == MAX_ARTIFACTS:
            message = f"only {MAX_ARTIFACTS} of its artifacts were looked into"
            found.problems.append(reader.problem(job.uri, message))
            return
        name, url = raw(item, "path"), raw(item, "url")
        uri = f"{job.uri}!artifacts/{number(item, 'node_index') or 0}/{name or ''}"
        if url:
            yield partial(reader.artifact, uri, url)
        else:
            message = f"this was not read: {api.name} does not say where it is"
            found.problems.append(reader.problem(uri, message))


def _tests(api: Api, reader: Reader, job: Job, found: Searched) -> Iterator[_Task]:
    for item in api.pages(path("/api/v2/project/{}/{}/tests", job.slug, str(job.number))):
        names = filter(None, (raw(item, "classname"), raw(item, "name")))
        uri = f"{job.uri}!tests!{'.'.join(names)}"
        if not has(item, "message"):
            raise AskError(Failure.UNTRUSTED, "answers without the field 'message'")
        parts = filter(None, (raw(item, "message"), raw(item, "file")))
        found.add(reader.text(uri, "\n".join(parts)))
        found.tests += 1
    yield from ()


_PARTS: dict[str, Callable[[Api, Reader, Job, Searched], Iterator[_Task]]] = {
    "its steps": _steps,
    "its artifacts": _artifacts,
    "the results of its tests": _tests,
}
