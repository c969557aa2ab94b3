"""Puts values in place of templates, and keeps count of what that costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Dict, Mapping, Tuple, Union

from secguard.circleci import expression
from secguard.circleci.model import ConfigError, Step
from secguard.circleci.namespace import Namespace
from secguard.circleci.pipeline_values import pipeline_value
from secguard.circleci.template import Template, templates
from secguard.circleci.values import (
    HOLE,
    Control,
    Entries,
    Listed,
    Mapped,
    Piece,
    Scalar,
    Unknown,
    Use,
    Value,
)
from secguard.finding import Location
from secguard.source.tree import Node

MAX_TEXT = 1_000_000
"""Characters that one text may grow to by substitution."""
MAX_WORK = 30_000_000
"""Characters and nodes that a whole expansion may make."""


@dataclass(frozen=True)
class Steps:
    """The value of a `steps` parameter, expanded where it was written."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class ExecutorRef:
    """The value of an `executor` parameter: a name to be looked up where it was written."""

    name: Scalar
    arguments: Mapping[str, tuple[Node, Node]]
    scope: Scope


Binding = Union[Scalar, Mapped, Listed, Steps, ExecutorRef]
Memo = Dict[Tuple[int, int], Tuple["Scope", Value]]


@dataclass(frozen=True, eq=False)
class Scope:
    """What the names in a template stand for at one place."""

    home: Namespace
    parameters: Mapping[str, Binding] | None = None
    """None where nothing declares parameters, as in a workflow."""
    matrix: Mapping[str, Value] | None = None
    stack: tuple[tuple[int, str], ...] = ()
    """The definitions being expanded, to refuse recursion."""


class TooLarge(Exception):
    """The config grows beyond what is worked on."""


@dataclass
class Run:
    """The state of one expansion."""

    pipeline: Mapping[str, Unknown]
    """The declared pipeline parameters."""
    known: Callable[[Unknown], str | bool | int | None]
    """Gives the value of something unknown where the caller settled it, else None."""
    has_templates: bool = True
    """False for version 2, which knows no templates."""
    errors: dict[tuple[str, Location], ConfigError] = field(default_factory=dict)
    work: int = 0
    _plain: dict[int, bool] = field(default_factory=dict)
    _constants: dict[int, Value] = field(default_factory=dict)
    _memo: Memo = field(default_factory=dict)

    def error(self, message: str, where: Location, *related: Location) -> None:
        """Note what the compiler would refuse, once for each place."""
        self.errors.setdefault((message, where), ConfigError(message, where, related))

    def spend(self, amount: int) -> None:
        """Count work done; raise TooLarge when it is too much."""
        self.work += amount
        if self.work > MAX_WORK:
            raise TooLarge

    def value(self, node: Node, scope: Scope) -> Value:
        """Expand a node of any kind."""
        if self.plain(node):
            return self._constant(node)
        key = (id(scope), id(node))
        done = self._memo.get(key)
        if done is None:
            done = (scope, self._expand(node, scope))
            self._memo[key] = done
        return done[1]

    def _expand(self, node: Node, scope: Scope) -> Value:
        if node.is_scalar:
            bound = self.binding(node, scope)
            if isinstance(bound, (Steps, ExecutorRef)):
                self.error("a steps or executor parameter is used as a value", node.location())
                return Scalar(node, ())
            return bound
        if node.is_list:
            return Listed(node, tuple(self.value(item, scope) for item in node.items))
        entries: Entries = {}
        for key, inner in node.entries().values():
            name = self.text(key, scope)
            entries[name.text] = (name, self.value(inner, scope))
        self.spend(len(entries) + 1)
        return Mapped(node, entries)

    def text(self, node: Node, scope: Scope) -> Scalar:
        """Expand a node that should be a scalar; anything else counts as empty."""
        value = self.value(node, scope) if node.is_scalar else None
        return value if isinstance(value, Scalar) else Scalar(node, ())

    def _constant(self, node: Node) -> Value:
        done = self._constants.get(id(node))
        if done is not None:
            return done
        made: Value
        if node.is_scalar:
            made = Scalar.of(node)
        elif node.is_list:
            made = Listed(node, tuple(self._constant(item) for item in node.items))
        else:
            made = Mapped(
                node,
                {
                    name: (Scalar.of(key), self._constant(value))
                    for name, (key, value) in node.entries().items()
                },
            )
        self._constants[id(node)] = made
        self.spend(1)
        return made

    def plain(self, node: Node) -> bool:
        """True where no template stands in a node or below it."""
        known = self._plain.get(id(node))
        if known is None:
            if not self.has_templates:
                known = True
            elif node.is_scalar:
                known = node.verbatim or "<<" not in node.value
            elif node.is_list:
                known = all(self.plain(item) for item in node.items)
            else:
                known = all(
                    "<<" not in key.value and self.plain(value)
                    for key, value in node.entries().values()
                )
            self._plain[id(node)] = known
        return known

    def binding(self, node: Node, scope: Scope) -> Binding:
        """Expand a scalar; a template that is the whole text keeps the type of its value."""
        text = node.text
        pieces: list[Piece] = []
        at = 0
        sections: list[tuple[str, bool | None, int]] = []
        for found in templates(text):
            if found.kind in ("reference", "expression"):
                bound = self._resolve(node, found, scope)
                if bound is None:
                    continue
                if found.start == 0 and found.end == len(text):
                    return self._whole(bound, node, found)
                _literal(pieces, node, text, at, found.start)
                pieces.extend(self._embedded(bound, node, found))
            else:
                _literal(pieces, node, text, at, found.start)
                if found.kind == "escape":
                    pieces.append(Piece(found.body, node, found.start, found.end))
                elif found.kind == "close":
                    if sections:
                        _, holds, mark = sections.pop()
                        if holds is False:
                            del pieces[mark:]
                else:
                    holds = self._section(node, found, scope)
                    sections.append((found.body, holds, len(pieces)))
            at = found.end
        _literal(pieces, node, text, at, len(text))
        made = Scalar(node, tuple(pieces), node.type if at == 0 else "str")
        self.spend(len(made.text) + 1)
        if len(made.text) > MAX_TEXT:
            raise TooLarge
        return made

    def _section(self, node: Node, found: Template, scope: Scope) -> bool | None:
        bound = (scope.parameters or {}).get(found.body)
        value = as_result(bound) if isinstance(bound, Scalar) else None
        holds = expression.truth(value)
        return holds if holds is None or found.kind == "section" else not holds

    def _resolve(self, node: Node, found: Template, scope: Scope) -> Binding | None:
        if found.kind == "reference":
            return self.lookup(found.body, scope, Use(node, found.start, found.end))
        use = Use(node, found.start, found.end)
        try:
            expr = expression.parse(found.body)
            result = expression.evaluate(expr, lambda name: self._result(name, scope, use))
        except expression.ExpressionError:
            return None
        if isinstance(result, Unknown):
            unknown = result
            if unknown.name != found.body:
                unknown = Unknown(found.body, result.type, result.control, result.choices)
            return hole(unknown, node, found.start, found.end)
        text, kind = _spell(result)
        return Scalar(node, (Piece(text, node, found.start, found.end),), kind)

    def _result(self, name: str, scope: Scope, use: Use) -> expression.Result:
        bound = self.lookup(name, scope, use)
        return as_result(bound) if isinstance(bound, Scalar) else None

    def lookup(self, name: str, scope: Scope, use: Use) -> Binding | None:
        """Give what a name stands for; None, after noting the error, where it is not declared."""
        root, _, rest = name.partition(".")
        if root == "parameters":
            bound = (scope.parameters or {}).get(rest)
            if bound is None:
                self.error(
                    f"arguments referenced without declared parameters: {name}", use.location()
                )
            return bound
        if root == "matrix":
            found = (scope.matrix or {}).get(rest)
            if found is None and scope.matrix is not None:
                self.error(f"the matrix has no parameter {rest!r}", use.location())
            return found
        if root != "pipeline":
            return None
        unknown = pipeline_value(name)
        if name.startswith("pipeline.parameters."):
            parameter = name[len("pipeline.parameters.") :]
            declared = None if scope.home.is_orb else self.pipeline.get(parameter)
            if declared is None:
                why = " (an orb cannot see them)" if scope.home.is_orb else ""
                self.error(f"undeclared pipeline parameter: {name}{why}", use.location())
                return hole(Unknown(name, "string", Control.CALLER), use.node, use.start, use.end)
            unknown = declared
        settled = self.known(unknown)
        if settled is None:
            return hole(unknown, use.node, use.start, use.end)
        text, kind = _spell(settled)
        return Scalar(use.node, (Piece(text, use.node, use.start, use.end),), kind)

    def _whole(self, bound: Binding, node: Node, found: Template) -> Binding:
        if not isinstance(bound, Scalar):
            return bound
        if bound.node is node:
            return bound
        return bound.through(Use(node, found.start, found.end), node, whole=True)

    def _embedded(self, bound: Binding, node: Node, found: Template) -> tuple[Piece, ...]:
        if not isinstance(bound, Scalar):
            self.error("a list or a mapping is pasted into a text", node.location())
            return ()
        if bound.node is node:
            return bound.pieces
        return bound.through(Use(node, found.start, found.end), node, whole=False).pieces


def hole(unknown: Unknown, node: Node, start: int, end: int) -> Scalar:
    """Make the scalar that stands for an unknown value."""
    kind = {"boolean": "bool", "integer": "int", "number": "float"}.get(unknown.type, "str")
    return Scalar(node, (Piece(HOLE, node, start, end, (), unknown),), kind)


def as_result(value: Scalar) -> expression.Result:
    """Read a scalar as the expression language sees it."""
    if not value.known:
        if len(value.pieces) == 1:
            return value.pieces[0].unknown
        tainted = [one for one in value.unknowns if one.tainted]
        return (tainted or list(value.unknowns))[0]
    if value.type == "null":
        return None
    if value.type == "bool":
        return value.text.lower() in ("true", "yes", "on")
    if value.type in ("int", "float"):
        try:
            return int(value.text) if value.type == "int" else float(value.text)
        except ValueError:
            return value.text
    return value.text


def _literal(pieces: list[Piece], node: Node, text: str, start: int, end: int) -> None:
    if end > start:
        pieces.append(Piece(text[start:end], node, start, end))


def _spell(value: str | bool | int | float | None) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("true" if value else "false"), "bool"
    if value is None:
        return "", "null"
    if isinstance(value, str):
        return value, "str"
    return str(value), "int" if isinstance(value, int) else "float"
