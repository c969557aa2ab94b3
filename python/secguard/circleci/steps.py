"""Steps: commands dissolved, conditions decided, parameters put in."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from secguard.circleci import logic
from secguard.circleci.model import Call, Condition, Step
from secguard.circleci.namespace import BUILT_IN
from secguard.circleci.parameters import arguments_of, bind
from secguard.circleci.scope import MAX_WORK, ExecutorRef, Run, Scope, Steps, TooLarge
from secguard.circleci.values import Entries, Mapped, Scalar, Value
from secguard.source.node import Node

MAX_CALLS = 50
"""Commands that may stand in one another."""
MAX_STEPS = 100_000
"""Steps that a whole config may come to."""
STEP_WORK = MAX_WORK // MAX_STEPS


def expand_steps(
    run: Run,
    node: Node,
    scope: Scope,
    calls: tuple[Call, ...] = (),
    conditions: tuple[Condition, ...] = (),
) -> tuple[Step, ...]:
    """Expand a list of steps."""
    return tuple(_steps(run, node, scope, calls, conditions))


def steps_argument(run: Run, node: Node, scope: Scope) -> Steps:
    """Expand the argument or the default of a `steps` parameter."""
    if node.is_scalar and node.text:
        bound = run.binding(node, scope)
        if isinstance(bound, Steps):
            return bound
    return Steps(expand_steps(run, node, scope))


def _steps(
    run: Run,
    node: Node,
    scope: Scope,
    calls: tuple[Call, ...],
    conditions: tuple[Condition, ...],
) -> Iterator[Step]:
    for item in node.members():
        run.spend(STEP_WORK)
        if item.is_map:
            yield from _map_step(run, item, scope, calls, conditions)
        elif item.is_list:
            yield from _steps(run, item, scope, calls, conditions)
        else:
            bound = run.binding(item, scope)
            if isinstance(bound, Steps):
                for step in bound.steps:
                    run.spend(STEP_WORK)
                    yield _placed(step, conditions)
            elif isinstance(bound, Scalar) and bound.text:
                yield from _named(run, bound, item, None, scope, calls, conditions)


def _placed(step: Step, conditions: tuple[Condition, ...]) -> Step:
    if not conditions:
        return step
    return replace(step, conditions=(*conditions, *step.conditions))


def _map_step(
    run: Run,
    item: Node,
    scope: Scope,
    calls: tuple[Call, ...],
    conditions: tuple[Condition, ...],
) -> Iterator[Step]:
    entries = item.entries()
    if not entries:
        return
    if len(entries) > 1:
        run.error(f"a step has one key, this one has {', '.join(entries)}"[:200], item.location())
    (key, body) = next(iter(entries.values()))
    name = run.text(key, scope)
    if name.text in ("when", "unless"):
        negated = name.text == "unless"
        wanted = body.get("condition") if body.is_map else None
        inner = body.get("steps") if body.is_map else None
        if wanted is None or inner is None:
            run.error(f"{name.text!r} needs a condition and steps", key.location())
            return
        holds, condition = logic.decide(run, wanted, scope, direct=False)
        if holds is None:
            condition = replace(condition, negated=negated)
            yield from _steps(run, inner, scope, calls, (*conditions, condition))
        elif holds != negated:
            yield from _steps(run, inner, scope, calls, conditions)
        return
    yield from _named(run, name, item, body, scope, calls, conditions)


def _named(
    run: Run,
    name: Scalar,
    item: Node,
    body: Node | None,
    scope: Scope,
    calls: tuple[Call, ...],
    conditions: tuple[Condition, ...],
) -> Iterator[Step]:
    home = scope.home
    built_in = name.text.replace("-", "_")  # CircleCI takes `save-cache` for `save_cache`
    if name.text == "steps" and body is not None:
        yield from _steps(run, body, scope, calls, conditions)
        return
    if built_in in BUILT_IN and not _redefined(name.text, scope):
        args = run.value(body, scope) if body is not None else None
        step = Step(built_in, item, args, calls, conditions, home.label)
        if built_in == "run" and (step.command is None or step.command.node.type == "null"):
            run.error("a run step has no command", item.location())
        yield step
        return
    found = home.find("commands", name.text)
    if found is None:
        orb = home.opaque("commands", name.text)
        if not orb and name.known:
            run.error(f"cannot find a definition for command named {name.text}", item.location())
        way = (*calls, Call(name.display, item, orb))
        args, given = opaque_arguments(run, body, scope, way, conditions)
        yield Step("call", item, args, way, conditions, orb)
        yield from given
        return
    mark = (id(found.home), found.name)
    if mark in scope.stack:
        run.error(f"command {name.text!r} calls itself", item.location())
        return
    if len(scope.stack) >= MAX_CALLS:
        raise TooLarge
    stack = (*scope.stack, mark)
    inner = Scope(found.home, {}, None, stack)
    bound = bind(
        run,
        found.node,
        inner,
        arguments_of(body),
        scope,
        lambda node, at: steps_argument(run, node, at),
        item.location(),
    )
    steps = found.node.get("steps") if found.node.is_map else None
    if steps is None:
        run.error(f"command {name.text!r} has no steps", found.node.location())
        return
    call = Call(name.display, item, found.home.label)
    yield from _steps(run, steps, Scope(found.home, bound, None, stack), (*calls, call), conditions)


def _redefined(name: str, scope: Scope) -> bool:
    """Say whether a built-in step's name stands for a command, as `deploy` often does.

    `run` is never taken for one, so that no script can be hidden behind a name; in a command of
    that name it stands for the built-in step.
    """
    inside = (id(scope.home), name) in scope.stack
    return name != "run" and not inside and scope.home.defines("commands", name)


def opaque_arguments(
    run: Run,
    body: Node | None,
    scope: Scope,
    calls: tuple[Call, ...],
    conditions: tuple[Condition, ...],
    skip: tuple[str, ...] = (),
) -> tuple[Value | None, tuple[Step, ...]]:
    """Expand the arguments of something that cannot be seen, and the steps among them.

    An orb that takes steps runs them, so they count even where the orb itself is not there.
    """
    if body is None or not body.is_map:
        return (run.value(body, scope) if body is not None else None), ()
    entries: Entries = {}
    steps: list[Step] = []
    for name, (key, inner) in body.entries().items():
        if name in skip:
            continue
        if inner.is_list and any(_is_step(item, scope) for item in inner.items):
            steps.extend(_steps(run, inner, scope, calls, conditions))
            continue
        bound = run.binding(inner, scope) if inner.is_scalar else None
        if isinstance(bound, Steps):
            steps.extend(_placed(step, conditions) for step in bound.steps)
        elif not isinstance(bound, ExecutorRef):
            entries[name] = (run.text(key, scope), run.value(inner, scope))
    return Mapped(body, entries), tuple(steps)


def _is_step(item: Node, scope: Scope) -> bool:
    name = next(iter(item.entries()), "") if item.is_map else item.text
    return (
        name in BUILT_IN
        or name in ("when", "unless", "steps")
        or scope.home.find("commands", name) is not None
        or bool(scope.home.opaque("commands", name))
    )
