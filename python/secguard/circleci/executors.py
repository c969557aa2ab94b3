"""Executors: named ones looked up, parameters put in, the job's own keys laid over them."""

from __future__ import annotations

from typing import Mapping

from secguard.circleci.model import Executor, Image, Variable, variables
from secguard.circleci.namespace import Definition
from secguard.circleci.parameters import Argument, bind, executor_reference, unbound
from secguard.circleci.scope import Run, Scope
from secguard.circleci.steps import steps_argument
from secguard.circleci.values import Entries, Mapped, Scalar, Value, members
from secguard.source.node import Node

KINDS = ("docker", "machine", "macos", "windows")
VARIABLE_WORK = 30
"""What each variable of a job counts for."""
KEYS = (*KINDS, "resource_class", "shell", "working_directory", "environment")
"""The keys that an executor and a job share."""


def job_executor(run: Run, job: Node, scope: Scope) -> Executor:
    """Find out where a job runs."""
    own = _own(run, job, scope)
    wanted = job.get("executor")
    if wanted is None:
        return _made(run, own, {}, "", scope.home.label)
    reference = executor_reference(run, wanted, scope)
    if reference is None:
        return _made(run, own, {}, "", scope.home.label)
    name, home = reference.name.text, reference.scope.home
    found = home.find("executors", name)
    if found is None:
        orb = home.opaque("executors", name)
        if not orb and reference.name.known:
            run.error(
                f"cannot find a definition for executor named {reference.name.display}",
                wanted.location(),
            )
        if any(kind in own for kind in KINDS):
            return _made(run, own, {}, name, scope.home.label)
        # An orb's executor that takes `shell` or `resource_class` hands it on.
        handed = {
            name: (Scalar.of(key), run.value(inner, reference.scope))
            for name, (key, inner) in reference.arguments.items()
            if name in KEYS
        }
        data = Mapped(job, {**handed, **own}) if handed or own else None
        return Executor("opaque", wanted, data, name=reference.name.display, orb=orb)
    given = _expand(run, found, reference.arguments, reference.scope, wanted)
    return _made(run, own, given, name, found.home.label, wanted)


def lone_executor(run: Run, found: Definition) -> Executor:
    """Expand an executor that no job uses."""
    home = Scope(found.home, {})
    bound = unbound(run, found.node, home, lambda node, at: steps_argument(run, node, at))
    data = _own(run, found.node, Scope(found.home, bound))
    return _made(run, {}, data, found.name, found.home.label, found.node)


def _expand(
    run: Run,
    found: Definition,
    given: Mapping[str, tuple[Node, Node]],
    caller: Scope,
    wanted: Node,
) -> Entries:
    arguments: dict[str, tuple[Node, Argument]] = {**given}
    home = Scope(found.home, {})
    bound = bind(
        run,
        found.node,
        home,
        arguments,
        caller,
        lambda node, at: steps_argument(run, node, at),
        wanted.location(),
    )
    return _own(run, found.node, Scope(found.home, bound))


def _own(run: Run, node: Node, scope: Scope) -> Entries:
    entries: Entries = {}
    if not node.is_map:
        return entries
    for name, (key, inner) in node.entries().items():
        if name in KEYS:
            entries[name] = (Scalar.of(key), run.value(inner, scope))
    return entries


def _made(
    run: Run, own: Entries, given: Entries, name: str, orb: str, node: Node | None = None
) -> Executor:
    if any(kind in own for kind in KINDS):
        given = {key: pair for key, pair in given.items() if key not in KINDS}
    data: Entries = {**given, **own}
    environment: tuple[Variable, ...] = ()
    for layer in (given, own):
        if "environment" in layer:
            environment = (*environment, *variables(layer["environment"][1]))
    run.spend(VARIABLE_WORK * len(environment))
    data.pop("environment", None)
    kind = next((kind for kind in KINDS if kind in data), "")
    if not kind and "resource_class" in data:
        kind = "machine"  # a self-hosted runner needs no more than its class
    images = _images(data["docker"][1], orb) if "docker" in data else ()
    base = next(iter(data.values()))[0].node if data else node
    mapped = Mapped(base, data) if base is not None else None
    return Executor(kind, node, mapped, images, environment, name, orb)


def _images(value: Value, orb: str) -> tuple[Image, ...]:
    found = []
    for entry in members(value):
        reference = entry.scalar("image") if isinstance(entry, Mapped) else None
        if reference is not None:
            found.append(Image(reference, entry, orb))
    return tuple(found)
