"""A CircleCI on 127.0.0.1: serves what the API serves, notes what it is asked, fails on request."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Callable, NamedTuple
from urllib.parse import unquote

from tests.fakes import circleci_runs as runs
from tests.fakes.circleci_routes import ROUTES
from tests.fakes.circleci_state import Context, Job, NotThere, Organisation, Pipeline, Project
from tests.fakes.http_server import Asked, Fault, Reply, Server

TOKEN = "CCIPAT_of-the.tests_0123456789abcdef"


class Difference(NamedTuple):
    """Where the live API differs from its description."""

    path: str
    """Empty for all."""
    field: str
    why: str


_SENT = "sent, and not described"

DIFFERENCES = (
    Difference("", "next_page_token", "null at the end, although most lists call it a text"),
    Difference("/api/v2/context/{context}/environment-variable", "truncated_value", _SENT),
    Difference("/api/v2/context/{context}", "org_id", _SENT),
    Difference("/api/v2/context/{context}", "environment_variables", _SENT),
    Difference("/api/v2/context/{context}", "restrictions", _SENT),
    Difference("/api/v1.1/projects", "vcs_type", _SENT),
)
UNDESCRIBED = (
    "/api/v3/",
    "/api/private/",
    "/api/v1.1/project/{slug}/settings",
    "/api/v1.1/project/{slug}/token",
    "/api/v1.1/organization/",
    "/api/v2/organization/{org}",
    "/api/v2/organizations/{org}/audit-log/configs",
    "/api/v2/org/{org}/contacts",
    "/api/v2/compile-config-with-defaults",
    "/artifacts/",
)
"""What is served although no description has it: paths, or how they begin."""


class CircleCI:
    """The running fake: `api` is its server, `storage` another host, where outputs lie."""

    def __init__(self, *organisations: Organisation, tls: tuple[str, str] | None = None) -> None:
        self.organisations = {one.slug: one for one in organisations or (Organisation(),)}
        self.token = TOKEN
        self.compile: Callable[[str], dict[str, Any]] = _unchanged
        self.artifacts_elsewhere = False
        """Artifacts are not sent but redirect to the storage."""
        self._tls = tls
        self._stack = ExitStack()

    def __enter__(self) -> CircleCI:
        self.api = self._stack.enter_context(Server(self.answer, self._tls))
        self.storage = self._stack.enter_context(Server(self._stored, self._tls))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return self.api.url

    @property
    def org(self) -> Organisation:
        """The first organisation."""
        return next(iter(self.organisations.values()))

    @property
    def log(self) -> list[Asked]:
        """All requests to the API."""
        return self.api.log

    @property
    def faults(self) -> list[Fault]:
        return self.api.faults

    def fail(self, kind: str, path: str = "", **more: Any) -> None:
        """Have the API fail, see `Fault`."""
        self.api.fail(kind, path, **more)

    def refuse(self, path: str, status: int = 403) -> None:
        """Give the token no access to what matches."""
        self.fail("status", path, status=status)

    def answer(self, asked: Asked) -> Reply:
        """Answer one request."""
        given = asked.headers.get("circle-token", "")
        given = given or asked.headers.get("authorization", "").partition("Bearer ")[2]
        if given != self.token:
            return Reply({"message": "You must log in first."}, 401)
        for method, _, pattern, route in ROUTES:
            match = pattern.fullmatch(asked.path) if method == asked.method else None
            if match is not None:
                try:
                    found = route(self, asked, *map(unquote, match.groups()))
                except NotThere:
                    break
                return found if isinstance(found, Reply) else Reply(found)
        return Reply({"message": "Not found"}, 404)

    def _stored(self, asked: Asked) -> Reply:
        """Serve outputs and artifacts as the storage does: to whoever has the address."""
        parts = asked.path.split("/")
        slug, number, rest = "/".join(parts[2:5]), parts[5], parts[6:]
        try:
            _, _, ran = self.job(slug, number)
        except NotThere:
            return Reply(b"", 403)
        if parts[1] == "output":
            return Reply(runs.output(ran, int(rest[0])))
        return Reply(ran.artifacts[unquote("/".join(rest))])

    def owner(self, name: str) -> Organisation:
        """Find an organisation by slug or id."""
        for one in self.organisations.values():
            if name in (one.slug, one.id):
                return one
        raise NotThere

    def project(self, slug: str) -> tuple[Organisation, Project]:
        """Find a project by slug or id."""
        for org in self.organisations.values():
            found = org.find(slug) or org.by_id(slug)
            if found is not None:
                return org, found
        raise NotThere

    def context(self, id: str) -> tuple[Organisation, Context]:
        """Find a context."""
        for org in self.organisations.values():
            for one in org.contexts:
                if one.id == id:
                    return org, one
        raise NotThere

    def pipeline(self, id: str) -> tuple[Project, Pipeline]:
        """Find a pipeline."""
        for org in self.organisations.values():
            found = org.pipeline(id)
            if found is not None:
                return found
        raise NotThere

    def workflow(self, id: str) -> tuple[Project, Pipeline, str]:
        """Find a workflow, of projects that are held."""
        for org in self.organisations.values():
            for project in org.known.values():
                for had in project.pipelines:
                    for name in had.workflows:
                        if runs.workflow_id(had, name) == id:
                            return project, had, name
        raise NotThere

    def job(self, slug: str, number: str) -> tuple[Project, tuple[Pipeline, str], Job]:
        """Find a job by its number."""
        _, project = self.project(slug)
        for had, name, ran in runs.jobs(project):
            if str(ran.number) == number:
                return project, (had, name), ran
        raise NotThere

    def job_by_id(self, id: str) -> tuple[Project, Pipeline, str, Job]:
        """Find a job by its id, of projects that are held."""
        for org in self.organisations.values():
            for project in org.known.values():
                for had, name, ran in runs.jobs(project):
                    if runs.job_id(runs.workflow_id(had, name), ran.name) == id:
                        return project, had, name, ran
        raise NotThere


def _unchanged(config: str) -> dict[str, Any]:
    return {"valid": True, "source-yaml": config, "output-yaml": config, "errors": []}
