"""What a fake CircleCI holds, as plain data that tests build and change."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any, Callable

MOMENT = "2026-01-15T10:00:00.000Z"
LATER = "2026-03-01T10:00:00.000Z"
SETTINGS = {
    "autocancel_builds": False,
    "build_fork_prs": False,
    "build_prs_only": False,
    "disable_ssh": False,
    "forks_receive_secret_env_vars": True,
    "oss": False,
    "set_github_status": True,
    "setup_workflows": True,
    "write_settings_requires_admin": False,
    "pr_only_branch_overrides": ["main"],
}
"""How a private project of GitHub begins."""
ORG_SETTINGS = {
    "enable_unversioned_config": False,
    "enable_certified_public_orbs": True,
    "enable_uncertified_public_orbs": False,
    "enable_private_orbs": True,
    "is_user_checkout_keys_disabled": False,
    "is_context_group_restriction_required": False,
}

_NUMBERED = re.compile(r"p([0-9]{6})")
_COUNTED = re.compile(r"00000000-0000-4000-8000-([0-9]{12})")
_COUNTED_PIPELINE = re.compile(r"00000000-0000-4000-9\d{3}-(\d{12})")


def named_id(*names: object) -> str:
    """Give the id of something, always the same for the same names."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, names))))


SOMEBODY = {
    "avatar_url": "https://avatars.example/1",
    "id": named_id("user", "alice"),
    "login": "alice",
    "name": "Alice",
}


class NotThere(Exception):
    """What is asked for does not exist."""


@dataclass
class Variable:
    """A variable: of its value, only the end is ever told."""

    name: str
    value: str = "not-a-secret"
    created: str = MOMENT
    updated: str = MOMENT


@dataclass
class Restriction:
    """Who may use a context."""

    kind: str
    value: str
    name: str = ""


@dataclass
class Context:
    """A context."""

    name: str
    variables: list[Variable] = field(default_factory=list)
    restrictions: list[Restriction] = field(default_factory=list)
    created: str = MOMENT
    id: str = ""

    def __post_init__(self) -> None:
        self.id = self.id or named_id("context", self.name)


@dataclass
class Step:
    """A step of a job, with what it printed on each of the machines."""

    name: str
    output: str = ""
    command: str = "true"
    error: str = ""
    kind: str = "test"


@dataclass
class Job:
    """A job that ran; `number` is 0 for an approval."""

    name: str
    steps: list[Step] = field(default_factory=list)
    number: int = 0
    artifacts: dict[str, bytes] = field(default_factory=dict)
    tests: list[dict[str, Any]] = field(default_factory=list)
    contexts: list[str] = field(default_factory=list)
    requires: list[str] = field(default_factory=list)
    status: str = "success"
    type: str = "build"
    parallel: int = 1
    approved_by: str = ""


@dataclass
class Pipeline:
    """A pipeline with its workflows."""

    number: int
    id: str
    source: str = "version: 2.1\n"
    compiled: str = "version: 2\n"
    setup: str = ""
    compiled_setup: str = ""
    branch: str = "main"
    actor: str = "alice"
    created: str = MOMENT
    workflows: dict[str, list[Job]] = field(default_factory=dict)
    trigger: str = "webhook"
    origin: str = ""
    """The repository it came from, where that is a fork."""
    values: dict[str, Any] = field(default_factory=dict)
    revision: str = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Project:
    """A project; what is a plain mapping is sent as it is, with the fields that are missing."""

    slug: str
    id: str = ""
    provider: str = "GitHub"
    default_branch: str = "main"
    settings: dict[str, Any] = field(default_factory=lambda: dict(SETTINGS))
    unversioned_config: bool = False
    variables: list[Variable] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    ssh_keys: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    schedules: list[dict[str, Any]] = field(default_factory=list)
    definitions: list[dict[str, Any]] = field(default_factory=list)
    """Each with its `triggers`."""
    claims: dict[str, Any] = field(default_factory=dict)
    pipelines: list[Pipeline] = field(default_factory=list)
    features: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = self.id or named_id("project", self.slug)

    @property
    def name(self) -> str:
        return self.slug.split("/")[-1]

    def pipeline(self, *jobs: Job, workflow: str = "main", **more: Any) -> Pipeline:
        """Add a pipeline, the newest, with one workflow of these jobs."""
        number = len(self.pipelines) + 1
        made = Pipeline(number, named_id(self.slug, "pipeline", number), **more)
        for at, job in enumerate(jobs):
            if job.type == "build" and not job.number:
                job.number = number * 100 + at
        if jobs:
            made.workflows[workflow] = list(jobs)
        self.pipelines.insert(0, made)
        return made


@dataclass
class Organisation:
    """An organisation, and all that belongs to it."""

    slug: str = "gh/acme"
    id: str = ""
    contexts: list[Context] = field(default_factory=list)
    known: dict[str, Project] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=lambda: dict(ORG_SETTINGS))
    features: dict[str, Any] = field(default_factory=dict)
    groups: list[dict[str, Any]] = field(default_factory=list)
    url_orbs: list[dict[str, Any]] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    contacts: dict[str, Any] = field(default_factory=dict)
    audit_logs: list[dict[str, Any]] = field(default_factory=list)
    policies_enabled: bool = False
    policies: dict[str, str] = field(default_factory=dict)
    runner_classes: list[str] = field(default_factory=list)
    runner_tokens: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    """Projects that are made when somebody asks for them."""
    make: Callable[[Project, int], object] = lambda project, number: None
    decision: dict[str, Any] = field(default_factory=lambda: {"status": "PASS"})

    def __post_init__(self) -> None:
        self.id = self.id or named_id("organisation", self.slug)

    @property
    def name(self) -> str:
        return self.slug.split("/")[-1]

    def context(self, name: str, *variables: str, **more: Any) -> Context:
        """Add a context with variables of these names."""
        made = Context(name, [Variable(one) for one in variables], **more)
        self.contexts.append(made)
        return made

    def project(self, name: str, **settings: Any) -> Project:
        """Add a project whose settings differ so from the default."""
        made = Project(f"{self.slug}/{name}", settings={**SETTINGS, **settings})
        self.known[made.slug] = made
        return made

    def many(self, count: int, make: Callable[[Project, int], object] | None = None) -> None:
        """Have so many projects `p000000`, …; `make` gets each, when it is first asked for."""
        self.count = count
        if make is not None:
            self.make = make

    @property
    def slugs(self) -> list[str]:
        """Name all projects without making them."""
        return [*self.known, *(f"{self.slug}/p{at:06d}" for at in range(self.count))]

    def find(self, slug: str) -> Project | None:
        """Give a project by its slug."""
        owner, _, name = slug.rpartition("/")
        match = _NUMBERED.fullmatch(name)
        if slug in self.known or owner != self.slug or match is None:
            return self.known.get(slug)
        return self._made(int(match[1]))

    def by_id(self, id: str) -> Project | None:
        """Give a project by its id."""
        match = _COUNTED.fullmatch(id)
        if match is not None:
            return self._made(int(match[1]))
        return next((one for one in self.known.values() if one.id == id), None)

    def _made(self, number: int) -> Project | None:
        if number >= self.count:
            return None
        # NOTE: made anew each time, so that ten thousand of them take no memory.
        made = Project(f"{self.slug}/p{number:06d}", f"00000000-0000-4000-8000-{number:012d}")
        self.make(made, number)
        for at, pipeline in enumerate(made.pipelines):
            pipeline.id = f"00000000-0000-4000-9{at:03d}-{number:012d}"
        return made

    def pipeline(self, id: str) -> tuple[Project, Pipeline] | None:
        """Give a pipeline by its id."""
        match = _COUNTED_PIPELINE.fullmatch(id)
        made = self._made(int(match[1])) if match is not None else None
        held = [made] if made is not None else self.known.values()
        found = ((project, one) for project in held for one in project.pipelines)
        return next((pair for pair in found if pair[1].id == id), None)
