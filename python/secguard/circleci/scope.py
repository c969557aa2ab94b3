"""Puts values in place of templates, and keeps count of what that costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Mapping, Tuple, Union

from secguard.circleci import expression
from secguard.circleci.model import ConfigError, Step
from secguard.circleci.namespace import Namespace
from secguard.circleci.pipeline_values import pipeline_value
from secguard.circleci.results import as_result, hole, known
from secguard.circleci.template import Template, templates
from secguard.circleci.values import (
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
from secguard.source.node import Node

MAX_TEXT = 1_000_000
"""Characters that one text may grow to by substitution."""
MAX_WORK = 30_000_000
"""Characters and nodes that a whole expansion may make."""
PIECE_WORK = 20
"""What a piece of a text counts for, besides its characters."""
MATCH_WORK = 1_000
"""What matching a regular expression counts for."""


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
    declared: dict[int, Any] = field(default_factory=dict)
    """The parameters of definitions already read, kept by `parameters.declared`."""
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
        self.spend(1 + (len(made.entries) if isinstance(made, Mapped) else 0))
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
        if self.plain(node):
            made = self._constant(node)
            self.spend(1)
            return made
        text = node.text
        pieces: list[Piece] = []
        at = size = 0
        sections: list[tuple[bool | None, int]] = []
        self.spend(len(text) + 1)
        for found in templates(text):
            mark = len(pieces)
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
                elif found.kind != "close":
                    sections.append((self._section(node, found, scope), len(pieces)))
                elif sections:
                    holds, start = sections.pop()
                    if holds is False:
                        del pieces[start:]
            at = found.end
            grown = sum(len(piece.text) for piece in pieces[mark:])
            self.spend(grown + PIECE_WORK * max(0, len(pieces) - mark))
            size += grown
            if size > MAX_TEXT:
                raise TooLarge
        _literal(pieces, node, text, at, len(text))
        return Scalar(node, tuple(pieces), node.type if at == 0 else "str")

    def _section(self, node: Node, found: Template, scope: Scope) -> bool | None:
        name = found.body if "." in found.body else f"parameters.{found.body}"
        bound = self.lookup(name, scope, Use(node, found.start, found.end))
        holds = expression.truth(as_result(bound)) if isinstance(bound, Scalar) else None
        return holds if holds is None or found.kind == "section" else not holds

    def _resolve(self, node: Node, found: Template, scope: Scope) -> Binding | None:
        if found.kind == "reference":
            return self.lookup(found.body, scope, Use(node, found.start, found.end))
        use = Use(node, found.start, found.end)
        self.spend(MATCH_WORK * found.body.count("matches"))
        try:
            expr = expression.parse(found.body)
        except expression.ExpressionError:
            return None
        try:
            result = expression.evaluate(expr, lambda name: self.result(name, scope, use))
        except expression.ExpressionError as error:
            self.error(f"the expression cannot be worked out: {error}", use.location())
            result = Unknown(found.body, "string", Control.SAFE)
        if isinstance(result, Unknown):
            unknown = result
            if unknown.name != found.body:
                unknown = Unknown(found.body, result.type, result.control, result.choices)
            return hole(unknown, node, found.start, found.end)
        return known(result, node, found.start, found.end)

    def result(self, name: str, scope: Scope, use: Use) -> expression.Result:
        """Give the value of a name in an expression; unknown where nothing is known of the name."""
        bound = self.lookup(name, scope, use)
        if isinstance(bound, Scalar):
            return as_result(bound)
        return Unknown(name, "string", Control.SAFE)

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
        return known(settled, use.node, use.start, use.end)

    def _whole(self, bound: Binding, node: Node, found: Template) -> Binding:
        if not isinstance(bound, Scalar):
            return bound
        if bound.node is node:
            return bound
        self.spend(1 + PIECE_WORK * len(bound.pieces))
        return bound.through(Use(node, found.start, found.end), node, whole=True)

    def _embedded(self, bound: Binding, node: Node, found: Template) -> tuple[Piece, ...]:
        if not isinstance(bound, Scalar):
            self.error("a list or a mapping is pasted into a text", node.location())
            return ()
        if bound.node is node:
            return bound.pieces
        return bound.through(Use(node, found.start, found.end), node, whole=False).pieces


def _literal(pieces: list[Piece], node: Node, text: str, start: int, end: int) -> None:
    if end > start:
        pieces.append(Piece(text[start:end], node, start, end))
