"""Which jobs ran: those of a workflow, of a pipeline, of the last pipelines of a project."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Callable, Iterable, Iterator

from secguard.api.client import Api, path
from secguard.api.fields import Item, needed, number, raw, text
from secguard.errors import UsageError
from secguard.finding import Location, Problem
from secguard.net.failure import AskError, Failure
from secguard.net.spread import spread

MAX_JOBS = 2_000
"""How many jobs are looked at in one run."""
HINT = "see whether it is still there, and whether the token may see it"

_MAX_WORKFLOWS = 200
_PART = r"[^/\s!\ud800-\udfff]"
_SLUG = re.compile(f"{_PART}{{1,100}}/{_PART}{{1,200}}/{_PART}{{1,200}}")
_WAITING = frozenset(("queued", "not_running", "blocked", "on_hold", "not_run"))
_MAY_HAVE_NONE = _WAITING | {
    "canceled",
    "unauthorized",
    "infrastructure_fail",
    "terminated-unknown",
}
"""The statuses of jobs that may have ended before they began."""


@dataclass(frozen=True)
class Job:
    """A job that ran, or will."""

    slug: str
    """The project, as `gh/org/repo`."""
    number: int
    """0 where it has none, since it did not start."""
    name: str
    """As CircleCI has it, so not safe to show."""
    status: str
    id: str = ""

    @property
    def is_running(self) -> bool:
        """True where it may still write more."""
        return self.status == "running"

    @property
    def has_run(self) -> bool:
        """True where there is something to read."""
        return self.number > 0 and self.status not in _WAITING

    @property
    def is_lost(self) -> bool:
        """True where it has run, and nobody knows under which number."""
        return self.number <= 0 and self.status not in _MAY_HAVE_NONE

    @property
    def uri(self) -> str:
        """The place that findings name; its parts may hold secrets."""
        return f"job:{self.slug}/{self.number} {self.name}".rstrip()


@dataclass
class Listed:
    """The jobs that were asked for, and what could not be listed."""

    jobs: list[Job] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def slug_of(text: str) -> str:
    """Check the slug of a project; raise UsageError for anything else."""
    if not is_slug(text):
        raise UsageError(f"{text!r} is no project", "write it as gh/ORGANISATION/REPOSITORY")
    return text


def of_number(api: Api, slug: str, job: int) -> Listed:
    """Look one job up."""

    def found() -> Iterator[Job]:
        item = api.get(path("/api/v2/project/{}/job/{}", slug, str(job)))
        yield Job(slug, job, raw(item, "name") or "", text(item, "status"))

    return _listed(api, f"job:{slug}/{job}", found)


def of_workflow(api: Api, workflow: str) -> Listed:
    """List the jobs of a workflow."""
    return _listed(api, f"workflow:{workflow}", lambda: _jobs(api, workflow))


def of_pipeline(api: Api, pipeline: str) -> Listed:
    """List the jobs of all workflows of a pipeline."""

    def found() -> Iterator[Job]:
        workflows = list(api.pages(path("/api/v2/pipeline/{}/workflow", pipeline)))
        if len(workflows) > _MAX_WORKFLOWS:
            raise AskError(Failure.UNTRUSTED, f"names more than {_MAX_WORKFLOWS} workflows")
        for workflow in workflows:
            yield from _jobs(api, needed(workflow, "id"))

    return _listed(api, f"pipeline:{pipeline}", found)


def project_of(api: Api, pipeline: str) -> str:
    """Ask whose pipeline it is; raise AskError where that is not possible."""
    return _checked(api.get(path("/api/v2/pipeline/{}", pipeline)))


def of_project(api: Api, slug: str, branch: str, count: int, end: float) -> Listed:
    """List the jobs of the last pipelines of a project, until a moment of the monotonic clock."""
    params = {"branch": branch} if branch else {}
    pages = api.pages(path("/api/v2/project/{}/pipeline", slug), params)
    try:
        pipelines = [needed(item, "id") for item in islice(pages, count)]
    except AskError as error:
        return Listed([], [_problem(api, f"project:{slug}", error)])
    late = Listed([], [Problem(Location(f"project:{slug}"), "the time was up", HINT)])
    found = spread(lambda one: of_pipeline(api, one), pipelines, late, end)
    return joined(found[one] for one in pipelines)


def joined(lists: Iterable[Listed]) -> Listed:
    """Put lists together: a job that was run again is in more than one."""
    total = Listed()
    jobs: dict[tuple[str, int, str], Job] = {}
    for one in lists:
        total.problems += one.problems
        for job in one.jobs:
            jobs.setdefault((job.slug, job.number, "" if job.number else job.id), job)
    total.jobs = list(islice(jobs.values(), MAX_JOBS))
    left = len(jobs) - len(total.jobs)
    if left:
        message = f"{left} more jobs were not looked at: {MAX_JOBS} are the most in one run"
        total.problems.append(Problem(Location("."), message, "look at fewer at a time"))
    return total


def _listed(api: Api, uri: str, found: Callable[[], Iterator[Job]]) -> Listed:
    listed = Listed()
    try:
        for job in found():
            listed.jobs.append(job)
    except AskError as error:
        listed.problems.append(_problem(api, uri, error))
    lost = sum(job.is_lost for job in listed.jobs)
    if lost:
        message = (
            f"{lost} jobs were not read: {api.name} says that they ran, and not under which number"
        )
        listed.problems.append(Problem(Location(uri), message, HINT))
    return joined([listed])


def _jobs(api: Api, workflow: str) -> Iterator[Job]:
    for item in api.pages(path("/api/v2/workflow/{}/job", workflow)):
        job = _job(item)
        # NOTE: approvals and the like have no number and no log.
        if job.number or text(item, "type") in ("", "build"):
            yield job


def _job(item: Item) -> Job:
    slug = _checked(item)
    found = number(item, "job_number") or 0
    return Job(slug, found, raw(item, "name") or "", text(item, "status"), text(item, "id"))


def _problem(api: Api, uri: str, error: AskError) -> Problem:
    message = f"what ran could not be listed: {api.name} {error.message}"
    return Problem(Location(uri), message, HINT)


def _checked(item: Item) -> str:
    slug = needed(item, "project_slug")
    if not is_slug(slug):
        raise AskError(Failure.UNTRUSTED, "names a project that is none")
    return slug


def is_slug(text: str) -> bool:
    """Say whether a text is the slug of a project."""
    return bool(_SLUG.fullmatch(text)) and not {".", ".."} & {*text.split("/")}
