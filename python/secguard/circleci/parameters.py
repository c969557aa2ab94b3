"""Declared parameters: read, and bound to arguments with the compiler's own errors.

Source: "Parameter types" in the guide to reusing config.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Mapping, Union

from secguard.circleci.scope import Binding, ExecutorRef, Run, Scope, Steps, hole
from secguard.circleci.values import Control, Listed, Mapped, Scalar, Unknown
from secguard.finding import Location
from secguard.source.tree import Node

Argument = Union[Node, Scalar]
"""What a caller gives: a node still to be expanded, or a value out of a matrix."""

Expander = Callable[[Node, Scope], Steps]
"""Expands a list of steps in the scope of whoever wrote it."""

_POSIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SCALARS = {"boolean": ("bool",), "integer": ("int",), "number": ("int", "float")}
TYPES = ("string", "boolean", "integer", "number", "enum", "executor", "steps", "env_var_name")


@dataclass(frozen=True)
class Parameter:
    """A declared parameter."""

    name: str
    type: str
    node: Node
    default: Node | None
    choices: tuple[str, ...] = ()

    def unknown(self, prefix: str, control: Control) -> Unknown:
        """Give the parameter as a value that is not known."""
        default = self.default
        known = Scalar.of(default) if default is not None and default.is_scalar else None
        safe = self.type in ("boolean", "integer", "number", "enum", "env_var_name")
        return Unknown(
            prefix + self.name, self.type, Control.SAFE if safe else control, self.choices, known
        )


def declared(run: Run, definition: Node) -> dict[str, Parameter]:
    """Read the `parameters` of a definition."""
    section = definition.get("parameters") if definition.is_map else None
    found: dict[str, Parameter] = {}
    if section is None or not section.is_map or not run.has_templates:
        return found
    for name, (key, node) in section.entries().items():
        kind = node.get("type") if node.is_map else None
        type = kind.text if kind is not None else "string"
        if type not in TYPES:
            run.error(f"parameter {name!r} has the unknown type {type!r}", key.location())
            type = "string"
        enum = node.get("enum") if node.is_map else None
        choices = tuple(item.text for item in enum.members()) if enum is not None else ()
        default = node.get("default") if node.is_map else None
        found[name] = Parameter(name, type, key, default, choices)
    return found


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
    bound: dict[str, Binding] = {}
    missing = []
    for name, parameter in wanted.items():
        if name in arguments:
            key, argument = arguments[name]
            bound[name] = _typed(run, parameter, argument, caller, expand_steps, key)
        elif parameter.default is not None:
            bound[name] = _typed(
                run, parameter, parameter.default, home, expand_steps, parameter.default
            )
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
            bound[name] = _executor(run, default, home)
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
    key: Node,
) -> Binding:
    if isinstance(argument, Node):
        if parameter.type == "steps":
            return expand_steps(argument, scope)
        if parameter.type == "executor":
            return _executor(run, argument, scope)
        if not argument.is_scalar:
            run.error(_mismatch(parameter, argument.kind), argument.location())
            return Scalar(argument, ())
        value = run.binding(argument, scope)
    else:
        value = argument
        if parameter.type == "executor":
            return ExecutorRef(value, {}, scope)
    if isinstance(value, Scalar):
        _check(run, parameter, value, key)
    elif isinstance(value, (Listed, Mapped, Steps)):
        run.error(_mismatch(parameter, "steps"), key.location())
        return Scalar(key, ())
    return value


def _executor(run: Run, node: Node, scope: Scope) -> Binding:
    if node.is_map:
        name = node.get("name")
        given = {key: pair for key, pair in node.entries().items() if key != "name"}
        text = run.text(name, scope) if name is not None else Scalar(node, ())
        return ExecutorRef(text, given, scope)
    value = run.binding(node, scope) if node.is_scalar else Scalar(node, ())
    return ExecutorRef(value, {}, scope) if isinstance(value, Scalar) else value


def _check(run: Run, parameter: Parameter, value: Scalar, key: Node) -> None:
    if len(value.pieces) == 1 and value.pieces[0].unknown is not None:
        return
    accepted = _SCALARS.get(parameter.type)
    if accepted is not None:
        if value.type not in accepted:
            run.error(_mismatch(parameter, value.type), value.node.location())
    elif not value.known:
        return
    elif parameter.type == "enum":
        if parameter.choices and value.text not in parameter.choices:
            run.error(
                f"argument {parameter.name!r} is not one of the enum's values: "
                + ", ".join(parameter.choices),
                value.node.location(),
                parameter.node.location("the enum is declared here"),
            )
    elif parameter.type == "env_var_name" and value.text and not _POSIX.fullmatch(value.text):
        run.error(
            f"argument {parameter.name!r} is not the name of an environment variable",
            value.node.location(),
        )


def _mismatch(parameter: Parameter, actual: str) -> str:
    return f"type error for argument {parameter.name!r}: expected {parameter.type}, got {actual}"


def arguments_of(node: Node | None, skip: tuple[str, ...] = ()) -> dict[str, tuple[Node, Argument]]:
    """Read the arguments below an invocation."""
    if node is None or not node.is_map:
        return {}
    return {name: pair for name, pair in node.entries().items() if name not in skip}
