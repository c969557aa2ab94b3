"""The expanded config as plain data, in the form that CircleCI's compiler gives: version 2."""

from __future__ import annotations

import itertools
from typing import Any, Dict, Sequence

from secguard.circleci.model import Executor, Expansion, Job, Step, Variable, Workflow
from secguard.circleci.values import Listed, Mapped, Scalar, Value

Data = Dict[str, Any]

_DIGITS = 18
"""Longer numbers are written as text: YAML readers differ in what they make of them."""


def compiled(expansion: Expansion) -> Data:
    """Give the jobs and workflows that will run.

    What only the pipeline knows is written as the template that asks for it, and what depends on
    it stands below `when` or `unless`.
    """
    jobs: Data = {}
    workflows: Data = {"version": 2}
    for workflow in expansion.workflows:
        if workflow.runs:
            workflows[workflow.name] = _workflow(workflow)
            for job in workflow.jobs:
                if job.type not in _BARE:
                    jobs.setdefault(job.name, _job(job))
    return {"version": 2, "jobs": jobs, "workflows": workflows}


_BARE = ("approval", "no-op")
"""Types of jobs that need no definition."""


def _workflow(workflow: Workflow) -> Data:
    body: Data = {}
    for condition in workflow.conditions:
        body["unless" if condition.negated else "when"] = plain(condition.value)
    names: dict[str, list[str]] = {}
    for job in workflow.jobs:
        for name in dict.fromkeys((job.name, *job.names)):
            names.setdefault(name, []).append(job.name)
    entries = [(job.name, _invocation(job, names)) for job in workflow.jobs]
    body["jobs"] = [{name: invoked} if invoked else name for name, invoked in entries]
    if workflow.schedules:
        body["triggers"] = [{"schedule": _node(node)} for node in workflow.schedules]
    return body


def plain(value: Value | None) -> Any:
    """Turn an expanded value into plain data."""
    if value is None:
        return None
    if isinstance(value, Listed):
        return [plain(item) for item in value.items]
    if isinstance(value, Mapped):
        return {key.display: plain(inner) for key, inner in value.entries.values()}
    return _scalar(value)


def _scalar(value: Scalar) -> Any:
    text = value.display
    if not value.known:
        return text
    if value.type == "null":
        return None
    if value.type == "bool":
        return text.lower() in ("true", "yes", "on")
    digits = text[1:] if text.startswith("-") else text
    exact = digits.isdecimal() and (digits == "0" or not digits.startswith("0"))
    return int(text) if value.type == "int" and exact and len(text) <= _DIGITS else text


def _node(node: Any) -> Any:
    if node.is_map:
        return {name: _node(inner) for name, inner in node.values()}
    return [_node(item) for item in node.items] if node.is_list else _scalar(Scalar.of(node))


def _invocation(job: Job, names: dict[str, list[str]]) -> Data:
    entry: Data = {}
    if job.type in _BARE:
        entry["type"] = job.type
    if job.contexts:
        entry["context"] = [context.display for context in job.contexts]
    requires: list[Any] = []
    for one in job.requires:
        wanted = one.name.display
        for name in [name for name in names.get(wanted, ()) if name != job.name] or [wanted]:
            requires.append({name: list(one.statuses)} if one.statuses else name)
    if requires:
        entry["requires"] = requires
    if job.filters is not None:
        entry["filters"] = plain(job.filters)
    if job.serial_group is not None:
        entry["serial-group"] = job.serial_group.display
    return entry


def _job(job: Job) -> Data:
    if job.opaque:
        return {"orb-job": job.opaque, **{name: plain(value) for name, value in job.arguments}}
    body: Data = dict(plain(job.data) or {})
    if job.type != "build":
        body["type"] = job.type
    body.update(_executor(job.executor))
    environment = _environment((*job.executor.environment, *job.environment))
    if environment:
        body["environment"] = environment
    body["steps"] = _steps(job.steps, 0)
    return body


def _executor(executor: Executor) -> Data:
    if executor.kind == "opaque":
        return {"executor": executor.name, **(plain(executor.data) or {})}
    return dict(plain(executor.data) or {})


def _environment(entries: tuple[Variable, ...]) -> Data:
    return {entry.name: _scalar(entry.value) for entry in entries}


def _steps(steps: Sequence[Step], depth: int) -> list[Any]:
    """Write steps, those that stand below the same condition at a depth together."""
    found: list[Any] = []
    for _, group in itertools.groupby(steps, lambda step: [*map(id, step.conditions)][: depth + 1]):
        same = list(group)
        if len(same[0].conditions) <= depth:
            found.extend(_step(step) for step in same)
            continue
        condition = same[0].conditions[depth]
        key = "unless" if condition.negated else "when"
        inner = {"condition": plain(condition.value), "steps": _steps(same, depth + 1)}
        found.append({key: inner})
    return found


def _step(step: Step) -> Any:
    if step.kind == "call":
        name = step.calls[-1].name
        return {name: plain(step.args)} if step.args is not None else name
    if step.args is None or (isinstance(step.args, Scalar) and not step.args.text):
        return step.kind
    if step.kind in ("run", "deploy") and isinstance(step.args, Scalar):
        return {step.kind: {"command": step.args.display}}
    return {step.kind: plain(step.args)}
