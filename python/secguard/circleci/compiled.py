"""The expanded config as plain data, in the form that CircleCI's compiler gives: version 2."""

from __future__ import annotations

from typing import Any, Dict

from secguard.circleci.model import Executor, Expansion, Job, Step, Variable
from secguard.circleci.values import Listed, Mapped, Scalar, Value

Data = Dict[str, Any]


def compiled(expansion: Expansion) -> Data:
    """Give the jobs and workflows that will run.

    What only the pipeline knows is written as the template that asks for it.
    """
    jobs: Data = {}
    workflows: Data = {"version": 2}
    for workflow in expansion.workflows:
        if not workflow.runs:
            continue
        entries: list[Any] = []
        for job in workflow.jobs:
            invoked = _invocation(job)
            entries.append({job.name: invoked} if invoked else job.name)
            if job.type not in ("approval", "no-op"):
                jobs.setdefault(job.name, _job(job))
        body: Data = {"jobs": entries}
        if workflow.schedules:
            body["triggers"] = [{"schedule": _node(node)} for node in workflow.schedules]
        workflows[workflow.name] = body
    return {"version": 2, "jobs": jobs, "workflows": workflows}


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
    if value.type == "int" and text.lstrip("-").isdigit() and not text.lstrip("-").startswith("0"):
        return int(text)
    return int(text) if text == "0" else text


def _node(node: Any) -> Any:
    if node.is_map:
        return {name: _node(inner) for name, inner in node.values()}
    return [_node(item) for item in node.items] if node.is_list else _scalar(Scalar.of(node))


def _invocation(job: Job) -> Data:
    entry: Data = {}
    if job.type == "approval":
        entry["type"] = "approval"
    if job.contexts:
        entry["context"] = [context.display for context in job.contexts]
    if job.requires:
        entry["requires"] = [
            {one.name.display: list(one.statuses)} if one.statuses else one.name.display
            for one in job.requires
        ]
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
    body["steps"] = [_step(step) for step in job.steps]
    return body


def _executor(executor: Executor) -> Data:
    if executor.kind == "opaque":
        return {"executor": executor.name, **(plain(executor.data) or {})}
    return dict(plain(executor.data) or {})


def _environment(entries: tuple[Variable, ...]) -> Data:
    return {entry.name: _scalar(entry.value) for entry in entries}


def _step(step: Step) -> Any:
    if step.kind == "call":
        name = step.calls[-1].name
        return {name: plain(step.args)} if step.args is not None else name
    if step.args is None or (isinstance(step.args, Scalar) and not step.args.text):
        return step.kind
    if step.kind in ("run", "deploy") and isinstance(step.args, Scalar):
        return {step.kind: {"command": step.args.display}}
    return {step.kind: plain(step.args)}
