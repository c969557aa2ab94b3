"""Declared parameters: read, and bound to arguments with the compiler's own errors.

Source: "Parameter types" in the guide to reusing config.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Callable, Mapping, Union

from secguard.circleci.results import hole
from secguard.circleci.scope import Binding, ExecutorRef, Run, Scope, Steps
from secguard.circleci.values import Control, Scalar, Unknown
from secguard.finding import Location
from secguard.source.node import Node

Argument = Union[Node, Scalar]
"""What a caller gives: a node still to be expanded, or a value out of a matrix."""

Expander = Callable[[Node, Scope], Steps]
"""Expands a list of steps in the scope of whoever wrote it."""

MAX_CHOICES = 1_000
"""An enum with more values than these is a text like any other where conditions are decided."""

PARAMETER_WORK = 30
"""What each parameter and argument of a call counts for."""

_POSIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ACCEPTED = {
    "string": ("str", "timestamp"),
    "boolean": ("bool",),
    "integer": ("int",),
    "number": ("int", "float"),
}
_SPOKEN = {"str": "string", "bool": "boolean", "int": "integer", "float": "number"}
TYPES = ("string", "boolean", "integer", "number", "enum", "executor", "steps", "env_var_name")


@dataclass(frozen=True)
class Parameter:
    """A declared parameter."""

    name: str
    type: str
    node: Node
    default: Node | None
    choices: Mapping[str, None] = field(default_factory=dict)
    """The values of an enum, in order."""

    def unknown(self, prefix: str, control: Control) -> Unknown:
        """Give the parameter as a value that is not known."""
        default = self.default
        known = Scalar.of(default) if default is not None and default.is_scalar else None
        safe = self.type in ("boolean", "integer", "number", "enum", "env_var_name")
        choices = tuple(self.choices) if len(self.choices) <= MAX_CHOICES else ()
        return Unknown(
            prefix + self.name, self.type, Control.SAFE if safe else control, choices, known
        )


def declared(run: Run, definition: Node) -> dict[str, Parameter]:
    """Read the `parameters` of a definition."""
    known: dict[str, Parameter] | None = run.declared.get(id(definition))
    if known is not None:
        return known
    section = definition.get("parameters") if definition.is_map else None
    found: dict[str, Parameter] = {}
    if section is not None and section.is_map and run.has_templates:
        for name, (key, node) in section.entries().items():
            found[name] = _parameter(run, name, key, node)
    run.declared[id(definition)] = found
    return found


def _parameter(run: Run, name: str, key: Node, node: Node) -> Parameter:
    kind = node.get("type") if node.is_map else None
    type = kind.text if kind is not None else "string"
    if type not in TYPES:
        run.error(f"parameter {name!r} has the unknown type {type!r}", key.location())
        type = "string"
    enum = node.get("enum") if node.is_map else None
    choices = dict.fromkeys(item.text for item in enum.members()) if enum is not None else {}
    default = node.get("default") if node.is_map else None
    if default is not None and default.type == "null":
        default = None  # NOTE: CircleCI takes an empty default for none
    made = Parameter(name, type, key, default, choices)
    if default is not None and default.is_scalar and run.plain(default):
        check(run, made, Scalar.of(default))
    return made


def bind(
    run: Run,
    definition: Node,
    home: Scope,
    arguments: Mapping[str, tuple[Node, Argument]],
    caller: Scope,
    expand_steps: Expander,
    where: Location,
) -> dict[str, Binding]:
    """Bind a definition's parameters to arguments; defaults are expanded in the scope `home`."""
    wanted = declared(run, definition)
    run.spend(PARAMETER_WORK * (1 + len(wanted) + len(arguments)))
    bound: dict[str, Binding] = {}
    missing = []
    for name, parameter in wanted.items():
        if name in arguments:
            key, argument = arguments[name]
            bound[name] = _typed(run, parameter, argument, caller, expand_steps, key)
        elif parameter.default is not None:
            bound[name] = _typed(run, parameter, parameter.default, home, expand_steps)
        else:
            missing.append(name)
            bound[name] = hole(parameter.unknown("parameters.", Control.USER), parameter.node, 0, 0)
    if missing:
        run.error(f"missing required argument(s): {', '.join(missing)}", where)
    extra = [name for name in arguments if name not in wanted]
    for name in extra:
        run.error(f"unexpected argument(s): {name}", arguments[name][0].location())
    return bound


def unbound(run: Run, definition: Node, home: Scope, expand_steps: Expander) -> dict[str, Binding]:
    """Bind the parameters of a definition that nothing calls, or that others will call."""
    bound: dict[str, Binding] = {}
    for name, parameter in declared(run, definition).items():
        default = parameter.default
        if parameter.type == "steps":
            bound[name] = expand_steps(default, home) if default is not None else Steps(())
        elif parameter.type == "executor" and default is not None:
            bound[name] = executor_reference(run, default, home) or Scalar(default, ())
        else:
            node = parameter.node
            unknown = parameter.unknown("parameters.", Control.USER)
            bound[name] = hole(unknown, node, 0, len(node.value))
    return bound


def _typed(
    run: Run,
    parameter: Parameter,
    argument: Argument,
    scope: Scope,
    expand_steps: Expander,
    key: Node | None = None,
) -> Binding:
    if isinstance(argument, Scalar):  # out of a matrix
        if parameter.type == "executor":
            return ExecutorRef(argument, {}, scope)
        return check(run, parameter, argument)
    if parameter.type == "steps":
        return expand_steps(argument, scope)
    if parameter.type == "executor":
        return executor_reference(run, argument, scope) or Scalar(argument, ())
    if not argument.is_scalar:
        kind = "mapping" if argument.is_map else "sequence"
        run.error(_mismatch(parameter, kind), argument.location())
        return Scalar(argument, ())
    value = run.binding(argument, scope)
    if isinstance(value, Scalar):
        return check(run, parameter, value)
    run.error(_mismatch(parameter, "steps"), (key or argument).location())
    return Scalar(argument, ())


def executor_reference(run: Run, wanted: Node, scope: Scope) -> ExecutorRef | None:
    """Read what names an executor: a text, a mapping with a `name`, an executor parameter."""
    given: dict[str, tuple[Node, Node]] = {}
    name: Node | None = wanted
    if wanted.is_map:
        name = wanted.get("name")
        given = {key: pair for key, pair in wanted.entries().items() if key != "name"}
    if name is None or not name.is_scalar:
        run.error("an executor needs a name", wanted.location())
        return None
    bound = run.binding(name, scope)
    if isinstance(bound, ExecutorRef):
        return ExecutorRef(bound.name, {**bound.arguments, **given}, bound.scope)
    return ExecutorRef(bound, given, scope) if isinstance(bound, Scalar) else None


def check(run: Run, parameter: Parameter, value: Scalar) -> Scalar:
    """Note where a value does not fit its parameter; a boolean comes back as one."""
    if value.type == "null" or (len(value.pieces) == 1 and not value.known):
        return value
    accepted = _ACCEPTED.get(parameter.type)
    if accepted is not None:
        if parameter.type == "boolean" and value.type == "str" and value.text in tuple("yYnN"):
            return Scalar(value.node, value.pieces, "bool")
        if value.type not in accepted:
            run.error(_mismatch(parameter, value.type), value.node.location())
    elif not value.known:
        return value
    elif parameter.type == "enum":
        if parameter.choices and value.text not in parameter.choices:
            names = ", ".join(itertools.islice(parameter.choices, 10))
            names += ", and more" if len(parameter.choices) > 10 else ""
            run.error(
                f"argument {parameter.name!r} is not one of the enum's values: {names}",
                value.node.location(),
                parameter.node.location("the enum is declared here"),
            )
    elif parameter.type == "env_var_name" and value.text and not _POSIX.fullmatch(value.text):
        run.error(
            f"argument {parameter.name!r} is not the name of an environment variable",
            value.node.location(),
        )
    return value


def _mismatch(parameter: Parameter, actual: str) -> str:
    spoken = _SPOKEN.get(actual, actual)
    return f"type error for argument {parameter.name!r}: expected {parameter.type}, got {spoken}"


def arguments_of(node: Node | None, skip: tuple[str, ...] = ()) -> dict[str, tuple[Node, Argument]]:
    """Read the arguments below an invocation."""
    if node is None or not node.is_map:
        return {}
    return {name: pair for name, pair in node.entries().items() if name not in skip}
