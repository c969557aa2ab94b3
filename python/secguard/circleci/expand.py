"""From a config's tree to the jobs that will run, offline."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Iterator, Mapping

from secguard.circleci.events import declared_default
from secguard.circleci.executors import lone_executor
from secguard.circleci.jobs import defined_job, lone_command
from secguard.circleci.model import ConfigError, Executor, Expansion, Job, OrbImport, Workflow
from secguard.circleci.namespace import Definition, Namespace
from secguard.circleci.naming import numbered_across
from secguard.circleci.orbs import OrbStore, load
from secguard.circleci.parameters import check, declared
from secguard.circleci.results import known
from secguard.circleci.scope import Run, Scope, TooLarge
from secguard.circleci.values import Control, Unknown
from secguard.circleci.workflows import expand_workflows
from secguard.source.node import Node

_PARAMETERS = "pipeline.parameters."
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class Settled:
    """What is known of the pipeline that a config is expanded for."""

    values: Mapping[str, str | bool | int] = field(default_factory=dict)
    """Pipeline values and parameters by full name, e.g. `pipeline.git.branch`; text is read as
    the type of each says."""
    defaults: bool = False
    """Take the declared default of every pipeline parameter that is not given."""

    def __call__(self, unknown: Unknown) -> str | bool | int | None:
        """Give the value of something unknown, or None."""
        if unknown.name in self.values:
            return _typed(unknown.type, self.values[unknown.name])
        if not self.defaults:
            return None
        if unknown.default is not None:
            return declared_default(unknown)
        return {"boolean": False, "integer": 1}.get(unknown.type, "")


def _typed(type: str, value: str | bool | int) -> str | bool | int:
    if isinstance(value, str):
        if type == "boolean" and value.lower() in _BOOLEANS:
            return _BOOLEANS[value.lower()]
        if type == "integer" and re.fullmatch(r"-?[0-9]{1,18}", value):
            return int(value)
    return value


def expand(root: Node, store: OrbStore | None = None, settled: Settled | None = None) -> Expansion:
    """Expand a config or an orb's source.

    Never raises on a readable tree: what CircleCI would refuse, and what grows too large to be
    worked on, is in `errors`.
    """
    version = root.get("version") if root.is_map else None
    run = Run({}, settled or Settled())
    run.has_templates = version is None or version.text not in ("2", "2.0")
    run.pipeline = _pipeline(run, root)
    _check_settled(run, root)
    parts = _Parts()
    setup = root.get("setup") if root.is_map else None
    try:
        home, parts.orbs = load(run, root, store or OrbStore())
        for workflow in expand_workflows(run, home):
            parts.workflows.append(workflow)
        _unused(run, home, parts)
        parts.undeclared = tuple(sorted(home.undeclared))
    except (TooLarge, RecursionError):
        message = "the config grows too large when it is expanded, so the rest was not checked"
        where = root.location()
        run.errors[message, where] = ConfigError(message, where, incomplete=True)
    return Expansion(
        numbered_across(parts.workflows),
        tuple(parts.unused),
        tuple(parts.executors),
        parts.orbs,
        tuple(run.pipeline.values()),
        tuple(run.errors.values()),
        setup is not None and setup.text.lower() in ("true", "yes", "on"),
        parts.undeclared,
    )


@dataclass
class _Parts:
    workflows: list[Workflow] = field(default_factory=list)
    unused: list[Job] = field(default_factory=list)
    executors: list[Executor] = field(default_factory=list)
    orbs: tuple[OrbImport, ...] = ()
    undeclared: tuple[str, ...] = ()


def _pipeline(run: Run, root: Node) -> dict[str, Unknown]:
    found = {}
    for name, parameter in declared(run, root).items() if root.is_map else ():
        unknown = parameter.unknown("pipeline.parameters.", Control.CALLER)
        where = parameter.node.location()
        if parameter.type in ("steps", "executor", "env_var_name"):
            run.error(f"pipeline parameter {name!r} cannot be of type {parameter.type}", where)
        elif parameter.default is None:
            run.error(f"pipeline parameter {name!r} has no default", where)
        found[name] = unknown
    return found


def _check_settled(run: Run, root: Node) -> None:
    """Note which parameters that are given CircleCI would not take."""
    given = run.known.values if isinstance(run.known, Settled) else {}
    parameters = declared(run, root) if root.is_map else {}
    for full, value in given.items():
        name = full[len(_PARAMETERS) :]
        if full.startswith(_PARAMETERS) and name not in parameters:
            run.error(f"unexpected argument(s): {name}", root.location())
        elif full.startswith(_PARAMETERS):
            parameter = parameters[name]
            node = parameter.node
            settled = _typed(parameter.type, value)
            check(run, parameter, known(settled, node, 0, len(node.value)))


def _unused(run: Run, home: Namespace, parts: _Parts) -> None:
    spaces = [home, *(orb for orb in home.orbs.values() if orb and orb.label.startswith("inline"))]
    for space in spaces:
        for name, key, node in _unnamed(run, space, "jobs"):
            found = Definition(name, node, space)
            job = defined_job(run, found, name, None, Scope(space, {}), key.location())
            parts.unused.append(job)
    for space in spaces:
        for name, _, node in _unnamed(run, space, "commands"):
            parts.unused.append(lone_command(run, Definition(name, node, space)))
        for name, _, node in _unnamed(run, space, "executors"):
            if node.is_map:
                parts.executors.append(lone_executor(run, Definition(name, node, space)))


def _unnamed(run: Run, space: Namespace, section: str) -> Iterator[tuple[str, Node, Node]]:
    """Yield the definitions that nothing has named; one that only names another is none."""
    for name, (key, node) in space.section(section).items():
        if (section, name) in space.used:
            continue
        if not node.is_scalar or not node.text:
            yield name, key, node
        elif space.find(section, name) is None and not space.opaque(section, name):
            kind = section[:-1]
            run.error(f"cannot find a definition for {kind} named {node.text}", node.location())
