"""Workflows: which jobs run, under which names, after which others."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Iterator, Mapping

from secguard.circleci import logic
from secguard.circleci.events import EVERYONE, Event, access
from secguard.circleci.jobs import defined_job
from secguard.circleci.matrix import Combination, combinations
from secguard.circleci.model import Call, Condition, Job, Requirement, Step, Workflow
from secguard.circleci.namespace import Namespace
from secguard.circleci.naming import check_requires, numbered
from secguard.circleci.parameters import Argument, bind
from secguard.circleci.scope import Run, Scope, Steps
from secguard.circleci.steps import expand_steps, opaque_arguments
from secguard.circleci.values import Mapped, Piece, Scalar, Unknown, Value, members
from secguard.source.node import Node

_OWN = tuple(
    "name requires context type filters matrix pre-steps post-steps serial-group override-with "
    "branches".split()
)
"""The keys of an invocation that are no arguments."""
_NOT_FOR_GROUPS = ("matrix", "override-with", "context", "pre-steps", "post-steps")
JOB_WORK = 5_000
"""What a job counts for: six thousand of them are more than any config needs."""


def expand_workflows(run: Run, home: Namespace) -> Iterator[Workflow]:
    """Expand every workflow of a config."""
    section = home.root.get("workflows")
    scope = Scope(home)
    if section is None:
        if "version" in home.root.entries() and home.find("jobs", "build") is not None:
            node = home.root
            yield Workflow("workflow", node, tuple(_entry(run, "build", node, None, scope, "")))
        return
    for holder in section.members():
        for name, node in holder.values() if holder.is_map else ():
            if name != "version" and node.is_map:
                # NOTE: a workflow may declare parameters with defaults of its own; real configs
                # do, though the reference does not say so.
                own = bind(run, node, scope, {}, scope, lambda _, __: Steps(()), node.location())
                yield _workflow(run, name, node, Scope(home, own) if own else scope)


def _workflow(run: Run, name: str, node: Node, scope: Scope) -> Workflow:
    conditions: list[Condition] = []
    runs = True
    reach = EVERYONE
    for key in ("when", "unless"):
        wanted = node.get(key)
        if wanted is None or wanted.type == "null":
            continue
        negated = key == "unless"
        holds, condition = logic.decide(run, wanted, scope, direct=True)
        if holds is None:
            conditions.append(replace(condition, negated=negated))
            reach = reach.within(access(partial(_holds, run, wanted, scope, negated)))
        elif holds == negated:
            runs = False
    triggers = node.get("triggers")
    schedules = []
    for trigger in triggers.members() if triggers is not None else ():
        schedule = trigger.get("schedule") if trigger.is_map else None
        if schedule is not None:
            schedules.append(schedule)
    listed = node.get("jobs")
    jobs: list[Job] = []
    for item in listed.members() if listed is not None else ():
        if item.is_map:
            for reference, (_, body) in item.entries().items():
                jobs.extend(_entry(run, reference, item, body, scope, name))
                break
        elif item.is_scalar and item.text:
            jobs.extend(_entry(run, item.text, item, None, scope, name))
    named = numbered(jobs)
    workflow = Workflow(name, node, named, tuple(conditions), tuple(schedules), runs, reach)
    if runs:
        check_requires(run, workflow)
    return workflow


def _holds(run: Run, wanted: Node, scope: Scope, negated: bool, event: Event) -> bool | None:
    def known(unknown: Unknown) -> str | bool | int | None:
        settled = run.known(unknown)
        return event(unknown) if settled is None else settled

    probe = Run(run.pipeline, known, run.has_templates)
    holds, _ = logic.decide(probe, wanted, scope, direct=True)
    return None if holds is None else holds != negated


def _entry(
    run: Run,
    reference: str,
    item: Node,
    body: Node | None,
    scope: Scope,
    workflow: str,
    *,
    grouped: bool = False,
) -> Iterator[Job]:
    group = scope.home.find("job-groups", reference)
    if group is not None and grouped:
        run.error(f"a job group cannot hold the job group {reference!r}", item.location())
        return
    if group is not None:
        yield from _group(run, reference, group.node, item, body, scope, workflow)
        return
    matrix = body.get("matrix") if body is not None and body.is_map else None
    if matrix is None:
        yield _job(run, reference, item, body, scope, workflow, None)
        return
    alias = matrix.get("alias")
    for cell in combinations(run, matrix, scope):
        inner = Scope(scope.home, scope.parameters, cell.values)
        job = _job(run, reference, item, body, inner, workflow, cell)
        yield replace(job, names=(*job.names, alias.text)) if alias is not None else job


def _group(
    run: Run,
    reference: str,
    group: Node,
    item: Node,
    body: Node | None,
    scope: Scope,
    workflow: str,
) -> Iterator[Job]:
    entries = body.entries() if body is not None and body.is_map else {}
    for key in _NOT_FOR_GROUPS:
        if key in entries:
            run.error(f"a job group takes no {key!r}", entries[key][0].location())
    given, serial, filters = (entries.get(key) for key in ("name", "serial-group", "filters"))
    prefix = run.text(given[1], scope).text if given else reference
    outer = _requirements(run, body, scope)
    members: list[Job] = []
    listed = group.get("jobs") if group.is_map else None
    for member in listed.members() if listed is not None else ():
        named = [(key, value) for key, (_, value) in member.entries().items()][:1]
        for name, inner in named if member.is_map else [(member.text, None)]:
            members.extend(_entry(run, name, member, inner, scope, workflow, grouped=True))
    inside = {name for job in members for name in (job.name, *job.names)}
    for job in members:
        yield replace(
            job,
            name=f"{prefix}/{job.name}",
            names=(*(f"{prefix}/{name}" for name in job.names), prefix),
            requires=tuple(_within(one, prefix, inside) for one in job.requires) or outer,
            filters=job.filters or (run.value(filters[1], scope) if filters else None),
            serial_group=run.text(serial[1], scope) if serial else job.serial_group,
            invocation=item,
        )


def _within(one: Requirement, prefix: str, inside: set[str]) -> Requirement:
    """Put the prefix of a job group before a name that stands for one of its own jobs."""
    if one.name.text not in inside:
        return one
    node = one.name.node
    piece = Piece(f"{prefix}/{one.name.text}", node, 0, len(node.value))
    return replace(one, name=Scalar(node, (piece,)))


def _job(
    run: Run,
    reference: str,
    item: Node,
    body: Node | None,
    scope: Scope,
    workflow: str,
    cell: Combination | None,
) -> Job:
    run.spend(JOB_WORK)
    entries = body.entries() if body is not None and body.is_map else {}

    def own(key: str) -> Value | None:
        return run.value(entries[key][1], scope) if key in entries else None

    given = own("name")
    names: tuple[str, ...] = ()
    if isinstance(given, Scalar) and given.text:
        name = given.display
        names = (reference,) if cell is not None else ()
    elif cell is not None:
        name, *others = cell.names(reference)
        names = (*others, reference)
    else:
        name = reference
    kind = own("type")
    override = own("override-with")
    found = scope.home.find("jobs", reference)
    unseen: tuple[Step, ...] = ()
    if isinstance(override, Scalar) and override.known:
        found = scope.home.find("jobs", override.text) or found
        orb = scope.home.opaque("jobs", override.text)
        # NOTE: the job of the orb runs if there is one, else this one; both count.
        way = (Call(override.text, item, orb),)
        unseen = (Step("call", item, None, way, orb=orb),) if orb else ()
    arguments: dict[str, tuple[Node, Argument]] = {
        key: pair for key, pair in entries.items() if key not in _OWN
    }
    for key, value in (cell.values if cell is not None else {}).items():
        arguments[key] = (value.node, value if isinstance(value, Scalar) else value.node)
    opaque = scope.home.opaque("jobs", reference)
    type = kind.text if isinstance(kind, Scalar) else ""
    where = item.location()
    if found is not None and type not in ("approval", "no-op"):
        job = defined_job(run, found, name, arguments, scope, where)
    else:
        if not opaque and type not in ("approval", "no-op", "release", "lock", "unlock"):
            run.error(f"cannot find a definition for job named {reference}", where)
        way = (Call(reference, item, opaque),)
        given_steps = opaque_arguments(run, body, scope, way, (), skip=_OWN)[1] if opaque else ()
        job = Job(
            name,
            reference,
            item,
            type or "build",
            opaque=reference if opaque else "",
            orb=opaque,
            steps=given_steps,
        )
    before, after = entries.get("pre-steps"), entries.get("post-steps")
    return replace(
        job,
        reference=reference,
        type=type or job.type,
        workflow=workflow,
        invocation=item,
        steps=(
            *(expand_steps(run, before[1], scope) if before else ()),
            *unseen,
            *job.steps,
            *(expand_steps(run, after[1], scope) if after else ()),
        ),
        contexts=tuple(one for one in members(own("context")) if isinstance(one, Scalar)),
        requires=_requirements(run, body, scope),
        filters=own("filters"),
        matrix=cell.texts if cell is not None else (),
        names=names,
        arguments=_arguments(run, arguments, scope),
        serial_group=_scalar(own("serial-group")),
        override=_scalar(override),
    )


def _scalar(value: Value | None) -> Scalar | None:
    return value if isinstance(value, Scalar) else None


def _arguments(
    run: Run, arguments: Mapping[str, tuple[Node, Argument]], scope: Scope
) -> tuple[tuple[str, Value], ...]:
    found: list[tuple[str, Value]] = []
    for key, (_, value) in arguments.items():
        if isinstance(value, Scalar):
            found.append((key, value))
        elif value.is_scalar:
            found.append((key, run.value(value, scope)))
    return tuple(found)


def _requirements(run: Run, body: Node | None, scope: Scope) -> tuple[Requirement, ...]:
    node = body.get("requires") if body is not None and body.is_map else None
    if node is None:
        return ()
    found: list[Requirement] = []
    for entry in members(run.value(node, scope)):
        if isinstance(entry, Scalar):
            found.append(Requirement(entry))
        elif isinstance(entry, Mapped):
            for key, statuses in entry.entries.values():
                texts = tuple(one.text for one in members(statuses) if isinstance(one, Scalar))
                found.append(Requirement(key, texts))
    return tuple(found)
