"""Jobs: parameters put in, executor found, steps expanded."""

from __future__ import annotations

from typing import Mapping

from secguard.circleci.executors import KEYS, job_executor
from secguard.circleci.model import Job, Step, variables
from secguard.circleci.namespace import Definition
from secguard.circleci.parameters import Argument, bind, unbound
from secguard.circleci.scope import Binding, Run, Scope
from secguard.circleci.steps import expand_steps, steps_argument
from secguard.circleci.values import Entries, Mapped, Scalar
from secguard.finding import Location
from secguard.source.node import Node

_APART = (*KEYS, "executor", "parameters", "steps", "description", "type")


def defined_job(
    run: Run,
    found: Definition,
    name: str,
    arguments: Mapping[str, tuple[Node, Argument]] | None,
    caller: Scope,
    where: Location,
) -> Job:
    """Expand a job's definition; without arguments it is one that nothing calls."""
    mark = (id(found.home), "job " + found.name)
    home = Scope(found.home, {}, None, (mark,))
    bound: dict[str, Binding]
    if arguments is None:
        bound = unbound(run, found.node, home, lambda node, at: steps_argument(run, node, at))
    else:
        bound = bind(
            run,
            found.node,
            home,
            arguments,
            caller,
            lambda node, at: steps_argument(run, node, at),
            where,
        )
    scope = Scope(found.home, bound, None, (mark,))
    node = found.node
    if not node.is_map:
        run.error(f"job {found.name!r} is not a mapping", node.location())
        return Job(name, name, node, orb=found.home.label)
    kind = node.get("type")
    type = run.text(kind, scope).text if kind is not None else "build"
    executor = job_executor(run, node, scope)
    own = node.get("environment")
    shell = executor.arg("shell")
    body = node.get("steps")
    if body is None and type == "build":
        run.error(f"job {found.name!r} has no steps", node.location())
    steps: tuple[Step, ...] = expand_steps(run, body, scope) if body is not None else ()
    run.spend(len(steps) * len(executor.environment))  # each step sees them all
    if own is not None and executor.kind == "opaque":
        environment = variables(run.value(own, scope))
    else:
        environment = ()  # NOTE: the executor holds the job's own entries already
    return Job(
        name,
        name,
        node,
        type,
        executor=executor,
        environment=environment,
        steps=steps,
        shell=shell,
        data=_data(run, node, scope),
        orb=found.home.label,
    )


def lone_command(run: Run, found: Definition) -> Job:
    """Expand a command that nothing calls, as a job that has nothing but its steps."""
    mark = (id(found.home), found.name)
    home = Scope(found.home, {}, None, (mark,))
    bound = unbound(run, found.node, home, lambda node, at: steps_argument(run, node, at))
    scope = Scope(found.home, bound, None, (mark,))
    body = found.node.get("steps") if found.node.is_map else None
    steps = expand_steps(run, body, scope) if body is not None else ()
    return Job(found.name, found.name, found.node, "command", steps=steps, orb=found.home.label)


def _data(run: Run, node: Node, scope: Scope) -> Mapped:
    entries: Entries = {}
    for key, (name, inner) in node.entries().items():
        if key not in _APART:
            entries[key] = (Scalar.of(name), run.value(inner, scope))
    return Mapped(node, entries)
