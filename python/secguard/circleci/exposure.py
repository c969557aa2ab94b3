"""What a job has to lose, who can make it run, and whose code runs in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Iterator

from secguard.circleci.events import Access, Reach
from secguard.circleci.gates import Gate, gates
from secguard.circleci.model import Expansion, Job, OrbImport
from secguard.circleci.script import Script
from secguard.circleci.values import Mapped, Scalar, scalars
from secguard.finding import Location
from secguard.secrets.names import is_secret_name


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
    gate: Gate
    contexts: tuple[str, ...]
    secrets: tuple[str, ...]
    """Secret-named variables that its scripts read and that the config does not set."""
    foreign: tuple[Foreign, ...]
    outlets: tuple[Outlet, ...]

    @property
    def reach(self) -> Reach:
        """Who can make it run."""
        return self.gate.access.reach

    @property
    def run_by(self) -> str:
        """Say in words who can make it run."""
        return f"{self.reach}, after an approval" if self.approved else str(self.reach)

    @property
    def approved(self) -> bool:
        """True where somebody has to approve before it runs."""
        return self.gate.approved

    @property
    def loses(self) -> bool:
        """True where there is something to lose: a context, a secret, an SSH key."""
        return bool(self.contexts or self.secrets) or any(
            step.kind == "add_ssh_keys" for step in self.job.steps
        )

    @property
    def at_stake(self) -> str:
        """Name what it has to lose, for people; empty where nothing is known of."""
        parts = []
        if self.contexts:
            parts.append("contexts: " + ", ".join(self.contexts))
        if self.secrets:
            parts.append("variables: " + ", ".join(self.secrets))
        return "; ".join(parts)

    @property
    def open(self) -> bool:
        """True where anyone who can push a branch runs it, as far as can be told."""
        return self.reach <= Reach.CONDITION and not self.approved

    @property
    def open_to_any_branch(self) -> bool:
        """True where a push to any branch is all that it takes to run it."""
        return self.reach is Reach.ANY_BRANCH and not self.approved


def exposures(
    expansion: Expansion,
    scripts: tuple[Script, ...],
    is_secret: Callable[[str], bool] = is_secret_name,
) -> dict[int, Exposure]:
    """Work out the exposure of every job, by `id(job)`."""
    secrets = _secrets(scripts, is_secret)
    pins = {orb.alias: orb for orb in expansion.orbs if not orb.orb}
    found: dict[int, Exposure] = {}
    parameters = {one.name: one for one in expansion.parameters}
    for workflow in expansion.workflows:
        known = gates(workflow, parameters)
        for job in workflow.jobs:
            found[id(job)] = _exposure(job, known[id(job)], secrets, pins)
    for job in expansion.unused:
        nobody = Gate(Access(Reach.NOBODY, False), False)
        found[id(job)] = _exposure(job, nobody, secrets, pins)
    return found


def _exposure(
    job: Job,
    gate: Gate,
    secrets: dict[int, tuple[str, ...]],
    pins: dict[str, OrbImport],
) -> Exposure:
    return Exposure(
        job,
        gate,
        tuple(context.display for context in job.contexts),
        secrets.get(id(job), ()),
        tuple(_foreign(job, pins)),
        tuple(_outlets(job)),
    )


def _secrets(
    scripts: tuple[Script, ...], is_secret: Callable[[str], bool]
) -> dict[int, tuple[str, ...]]:
    names: dict[int, set[str]] = {}
    read: dict[int, frozenset[str]] = {}
    for script in scripts:
        if script.shell is None:
            continue
        seen = read.get(id(script.shell))
        if seen is None:
            variables = (v.name for word in script.shell.words() for v in word.variables())
            seen = frozenset(name for name in variables if is_secret(name))
            read[id(script.shell)] = seen
        if seen:
            own = {entry.name for entry in script.job.all_environment(script.step)}
            own.update(
                made.name
                for made in script.shell.assignments()
                if all(variable.name != made.name for variable in made.value.variables())
            )
            names.setdefault(id(script.job), set()).update(seen - own)
    return {job: tuple(sorted(found)) for job, found in names.items()}


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
