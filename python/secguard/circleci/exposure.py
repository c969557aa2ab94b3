"""What a job has to lose, who can make it run, and whose code runs in it."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import partial
from typing import Iterator

from secguard.circleci import expression
from secguard.circleci.model import Expansion, Job, OrbImport, Workflow
from secguard.circleci.pipeline_values import pipeline_value
from secguard.circleci.script import Script
from secguard.circleci.values import Control, Mapped, Scalar, Unknown, Value, members, scalars
from secguard.circleci.workflows import ANY_BRANCH
from secguard.finding import Location
from secguard.secrets.names import is_secret_name

FORK_BRANCH = "pull/1"
"""What CircleCI calls the branch of a pull request from a fork."""


class Reach(enum.IntEnum):
    """Who can make a job run, from everyone to nobody."""

    ANY_BRANCH = 0
    """A push to any branch, and a forked pull request where the project builds these."""
    CONDITION = 1
    """A condition on parameters or on the event decides."""
    FILTERED = 2
    """Certain branches or tags only."""
    SCHEDULED = 3
    """The clock."""
    NOBODY = 4
    """No workflow runs it, or its condition never holds."""

    def __str__(self) -> str:
        """Say it in words."""
        return _WORDS[self]


_WORDS = {
    Reach.ANY_BRANCH: "any branch",
    Reach.CONDITION: "a condition on parameters or events",
    Reach.FILTERED: "certain branches or tags",
    Reach.SCHEDULED: "a schedule",
    Reach.NOBODY: "nothing",
}


@dataclass(frozen=True)
class Foreign:
    """Code that somebody else wrote and that runs in a job."""

    kind: str
    """`orb` or `image`."""
    name: str
    pinned: bool
    """True where the text names one version for good: an exact orb version, an image digest."""
    where: Location


@dataclass(frozen=True)
class Outlet:
    """A way by which files leave a job."""

    kind: str
    """The step: `store_artifacts`, `store_test_results`, `persist_to_workspace`, `save_cache`."""
    paths: tuple[Scalar, ...]
    where: Location


@dataclass(frozen=True)
class Exposure:
    """The standing of one job."""

    job: Job
    reach: Reach
    approved: bool
    """True where somebody has to approve before it runs."""
    contexts: tuple[str, ...]
    secrets: tuple[str, ...]
    """Secret-named variables that its scripts read and that the config does not set."""
    foreign: tuple[Foreign, ...]
    outlets: tuple[Outlet, ...]

    @property
    def loses(self) -> bool:
        """True where there is something to lose: a context, a secret, an SSH key."""
        return bool(self.contexts or self.secrets) or any(
            step.kind == "add_ssh_keys" for step in self.job.steps
        )

    @property
    def open(self) -> bool:
        """True where anyone who can push a branch runs it with what it holds."""
        return self.reach <= Reach.CONDITION and not self.approved


def exposures(expansion: Expansion, scripts: tuple[Script, ...]) -> dict[int, Exposure]:
    """Work out the exposure of every job, by `id(job)`."""
    secrets = _secrets(scripts)
    pins = {orb.alias: orb for orb in expansion.orbs if not orb.orb}
    found: dict[int, Exposure] = {}
    for workflow in expansion.workflows:
        gates = _Gates(workflow)
        for job in workflow.jobs:
            reach, approved = gates.of(job)
            found[id(job)] = _exposure(job, reach, approved, secrets, pins)
    for job in expansion.unused:
        found[id(job)] = _exposure(job, Reach.NOBODY, False, secrets, pins)
    return found


def _exposure(
    job: Job,
    reach: Reach,
    approved: bool,
    secrets: dict[int, tuple[str, ...]],
    pins: dict[str, OrbImport],
) -> Exposure:
    return Exposure(
        job,
        reach,
        approved,
        tuple(context.display for context in job.contexts),
        secrets.get(id(job), ()),
        tuple(_foreign(job, pins)),
        tuple(_outlets(job)),
    )


def _secrets(scripts: tuple[Script, ...]) -> dict[int, tuple[str, ...]]:
    names: dict[int, set[str]] = {}
    read: dict[int, frozenset[str]] = {}
    for script in scripts:
        if script.shell is None:
            continue
        seen = read.get(id(script.shell))
        if seen is None:
            variables = (v.name for word in script.shell.words() for v in word.variables())
            seen = frozenset(name for name in variables if is_secret_name(name))
            read[id(script.shell)] = seen
        if seen:
            own = {entry.name for entry in script.job.all_environment(script.step)}
            own.update(made.name for made in script.shell.assignments())
            names.setdefault(id(script.job), set()).update(seen - own)
    return {job: tuple(sorted(found)) for job, found in names.items()}


class _Gates:
    """Who can make the jobs of one workflow run."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._by_name: dict[str, list[Job]] = {}
        for job in workflow.jobs:
            for name in {job.name, *job.names}:
                self._by_name.setdefault(name, []).append(job)
        self._known: dict[int, tuple[Reach, bool]] = {}

    def of(self, job: Job) -> tuple[Reach, bool]:
        known = self._known.get(id(job))
        if known is not None:
            return known
        own = max(self._base(), _filtered(job.filters))
        self._known[id(job)] = (own, job.type == "approval")  # for jobs that need each other
        needed = [
            (self.of(other), other)
            for requirement in job.requires
            for other in self._by_name.get(requirement.name.text, ())
            if other is not job
        ]
        approved = any(approved or other.type == "approval" for (_, approved), other in needed)
        if needed:
            # NOTE: a required job that its filter keeps from running is not waited for, but one
            # whose required jobs are all kept from running does not run itself.
            own = max(own, min(reach for (reach, _), _ in needed))
        result = (own, approved)
        self._known[id(job)] = result
        return result

    def _base(self) -> Reach:
        workflow = self._workflow
        if not workflow.runs:
            return Reach.NOBODY
        if workflow.schedules:
            return Reach.SCHEDULED
        if workflow.any_branch is None:
            return Reach.CONDITION
        return Reach.ANY_BRANCH if workflow.any_branch else Reach.FILTERED


def _filtered(filters: Value | None) -> Reach:
    if isinstance(filters, Scalar):
        return _expression(filters)
    branches = filters.get("branches") if isinstance(filters, Mapped) else None
    if branches is None:
        return Reach.ANY_BRANCH
    if not isinstance(branches, Mapped):
        only, ignore = list(members(branches)), []
        named = True
    else:
        only, ignore = list(members(branches.get("only"))), list(members(branches.get("ignore")))
        named = branches.get("only") is not None
    for branch in (ANY_BRANCH, FORK_BRANCH):
        if named and not any(_names(one, branch) for one in only):
            continue
        if not any(_names(one, branch) for one in ignore):
            return Reach.ANY_BRANCH
    return Reach.FILTERED


def _names(wanted: Value, branch: str) -> bool:
    text = wanted.assumed if isinstance(wanted, Scalar) else ""
    if len(text) > 1 and text.startswith("/") and text.endswith("/"):
        return expression.matches(re.sub(r"\\/", "/", text[1:-1]), branch) is True
    return text == branch


def _expression(filters: Scalar) -> Reach:
    def lookup(name: str, branch: str) -> expression.Result:
        if name == "pipeline.git.branch":
            return branch
        if name == "pipeline.git.tag":
            return ""
        if name == "pipeline.git.branch.is_default":
            return False
        if name.startswith("pipeline.parameters."):
            return Unknown(name, "string", Control.CALLER)
        return pipeline_value(name)

    try:
        expr = expression.parse(filters.text)
        answers = [
            expression.truth(expression.evaluate(expr, partial(lookup, branch=branch)))
            for branch in (ANY_BRANCH, FORK_BRANCH)
        ]
    except expression.ExpressionError:
        return Reach.ANY_BRANCH
    if True in answers:
        return Reach.ANY_BRANCH
    return Reach.CONDITION if None in answers else Reach.FILTERED


def _foreign(job: Job, pins: dict[str, OrbImport]) -> Iterator[Foreign]:
    seen: set[tuple[str, str]] = set()
    calls = [call for step in job.steps for call in step.calls]
    names = [(call.name, call.location()) for call in calls]
    if job.invocation is not None:
        names.append((job.reference, job.invocation.location()))
    for name, where in names:
        orb = pins.get(name.split("/")[0]) if "/" in name else None
        if orb is None or orb.reference is None or ("orb", orb.alias) in seen:
            continue
        seen.add(("orb", orb.alias))
        version = orb.reference.assumed.partition("@")[2]
        exact = re.fullmatch(r"\d+\.\d+\.\d+", version) is not None
        yield Foreign("orb", orb.reference.display, exact, where)
    for image in job.executor.images:
        name = image.reference.display
        if ("image", name) not in seen:
            seen.add(("image", name))
            where = image.reference.at(0, len(image.reference.text))
            yield Foreign("image", name, "@sha256:" in image.reference.assumed, where)


def _outlets(job: Job) -> Iterator[Outlet]:
    for step in job.steps:
        key = {
            "store_artifacts": "path",
            "store_test_results": "path",
            "persist_to_workspace": "paths",
            "save_cache": "paths",
        }.get(step.kind)
        if key and isinstance(step.args, Mapped):
            paths = tuple(scalars(step.args.get(key)))
            yield Outlet(step.kind, paths, step.node.location())
