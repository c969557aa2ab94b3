"""Logic statements: the conditions of steps and workflows.

Source: "Logic statements" in the configuration reference. False are `false`, null, 0, NaN, the
empty string and a statement without arguments; `matches` takes a whole text.
"""

from __future__ import annotations

from secguard.circleci import expression
from secguard.circleci.compiled import plain
from secguard.circleci.dump import dump
from secguard.circleci.model import Condition
from secguard.circleci.results import as_result
from secguard.circleci.scope import MATCH_WORK, ExecutorRef, Run, Scope, Steps
from secguard.circleci.template import templates
from secguard.circleci.values import (
    Control,
    Listed,
    Mapped,
    Scalar,
    Unknown,
    Use,
    Value,
    scalars,
)
from secguard.source.node import Node

MAX_DEPTH = 100
TERM_WORK = 30
"""What each part of a condition counts for."""


def decide(run: Run, node: Node, scope: Scope, *, direct: bool) -> tuple[bool | None, Condition]:
    """Work out a condition; `direct` allows a bare expression, as in a workflow's `when`."""
    if node.is_list:
        run.error("a condition is a value or a statement, not a list", node.location())
    reader = _Reader(run, scope)
    holds = reader.holds(node, direct)
    value = reader.shown(node) if holds is None else None
    return holds, Condition(node, names=tuple(dict.fromkeys(reader.names)), value=value)


class _Reader:
    """Works one condition out, and remembers what it asks for."""

    def __init__(self, run: Run, scope: Scope) -> None:
        self._run = run
        self._scope = scope
        self.names: list[str] = []

    def holds(self, node: Node, direct: bool) -> bool | None:
        expr = self._bare(node) if direct else None
        if expr is not None:
            return self._expression(node, expr)
        if node.is_scalar and self._filled(node):
            return True
        return expression.truth(self._result(node, 0))

    def _bare(self, node: Node) -> expression.Expr | None:
        if not node.is_scalar or node.type != "str" or not self._run.plain(node):
            return None
        try:
            return expression.parse(node.text)
        except expression.ExpressionError:
            return None

    def _expression(self, node: Node, expr: expression.Expr) -> bool | None:
        self._run.spend(len(node.text) + MATCH_WORK * node.text.count("matches"))
        use = Use(node, 0, len(node.text))

        def lookup(name: str) -> expression.Result:
            value = self._run.result(name, self._scope, use)
            if isinstance(value, Unknown):
                self._ask(value)
            return value

        try:
            return expression.holds(expr, lookup)
        except expression.ExpressionError as error:
            self._run.error(f"the expression cannot be worked out: {error}", node.location())
            return None

    def _filled(self, node: Node) -> bool:
        """Say whether text stands around a template: a text that is never empty holds always."""
        if self._run.plain(node):
            return False
        at, around = 0, ""
        for found in templates(node.text):
            if found.kind not in ("reference", "expression"):
                return False
            around += node.text[at : found.start]
            at = found.end
        return bool(at and (around + node.text[at:]).strip())

    def _ask(self, unknown: Unknown) -> None:
        try:
            self.names.extend(expression.parse(unknown.name).names())
        except expression.ExpressionError:
            self.names.append(unknown.name)

    def _result(self, node: Node, depth: int, compared: bool = False) -> expression.Result:
        self._run.spend(TERM_WORK)
        if depth > MAX_DEPTH:
            self._run.error(f"logic nested deeper than {MAX_DEPTH} levels", node.location())
            return _open("nested")
        if node.is_scalar:
            return self._scalar(node, compared)
        if node.is_list:
            return _open("sequence")
        entries = node.entries()
        op, (key, inner) = next(iter(entries.items()), ("", (node, node)))
        if len(entries) != 1 or op not in ("and", "or", "not", "equal", "matches"):
            if compared:
                return self._content(self._run.value(node, self._scope))
            return _open("mapping")  # NOTE: CircleCI takes a misspelt statement without a word
        if op == "matches":
            return self._matches(inner, depth)
        if op == "not":
            holds = expression.truth(self._result(inner, depth + 1))
            return _open("condition") if holds is None else not holds
        values = [self._result(one, depth + 1, op == "equal") for one in inner.members()]
        if not values:
            self._run.error(f"{op!r} has no arguments", key.location())
            return False
        if op == "equal":
            return _equal(values)
        known = [expression.truth(value) for value in values]
        decisive = op == "or"
        if decisive in known:
            return decisive
        return _open("condition") if None in known else not decisive

    def _scalar(self, node: Node, compared: bool) -> expression.Result:
        bound = self._run.binding(node, self._scope)
        if isinstance(bound, Scalar):
            for unknown in bound.unknowns:
                self._ask(unknown)
            return as_result(bound)
        if isinstance(bound, Steps):
            return bool(bound.steps)
        if not isinstance(bound, ExecutorRef):
            return True
        # NOTE: an executor parameter is equal to the definition of the executor that it names.
        found = bound.scope.home.find("executors", bound.name.text)
        if not compared or found is None or bound.arguments or found.node.get("parameters"):
            return _open("executor")
        return self._content(self._run.value(found.node, Scope(found.home, {})))

    def _content(self, value: Value) -> expression.Result:
        """Stand for a mapping by its content, so that it is equal to another of the same."""
        if not all(one.known for one in scalars(value)):
            return _open("mapping")
        text = "\0" + dump(plain(value))
        self._run.spend(len(text))
        return text

    def shown(self, node: Node) -> Value:
        """Give the condition with parameters put in, executors by name."""
        self._run.spend(TERM_WORK)
        if node.is_list:
            return Listed(node, tuple(self.shown(item) for item in node.items))
        if node.is_map:
            pairs = node.entries().items()
            return Mapped(
                node, {name: (Scalar.of(key), self.shown(inner)) for name, (key, inner) in pairs}
            )
        bound = self._run.binding(node, self._scope)
        if isinstance(bound, ExecutorRef):
            return bound.name
        return Scalar.of(node) if isinstance(bound, Steps) else bound

    def _matches(self, node: Node, depth: int) -> expression.Result:
        self._run.spend(MATCH_WORK)
        pattern = node.get("pattern") if node.is_map else None
        value = node.get("value") if node.is_map else None
        if pattern is None or value is None:
            self._run.error("'matches' needs a pattern and a value", node.location())
            return None
        left, right = self._result(value, depth + 1), self._result(pattern, depth + 1)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return _open("condition")
        if right is None or left is None:
            return False
        # NOTE: the value is matched as text, so that a number can be matched as well.
        return expression.matches(str(right), str(left))


def _open(name: str) -> Unknown:
    return Unknown(name, "boolean" if name == "condition" else name, Control.SAFE)


def _equal(values: list[expression.Result]) -> expression.Result:
    result: expression.Result = True
    for value in values[1:]:
        same = expression.compare("==", values[0], value)
        if same is False:
            return False
        if isinstance(same, Unknown):
            result = same
    return result
