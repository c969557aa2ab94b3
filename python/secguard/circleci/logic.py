"""Logic statements: the conditions of steps and workflows.

Source: "Logic statements" in the configuration reference. False are `false`, null, 0, NaN, the
empty string and a statement without arguments; `matches` takes a whole text.
"""

from __future__ import annotations

from secguard.circleci import expression
from secguard.circleci.model import Condition
from secguard.circleci.scope import ExecutorRef, Run, Scope, Steps, as_result
from secguard.circleci.template import templates
from secguard.circleci.values import Control, Scalar, Unknown, Use
from secguard.source.tree import Node

MAX_DEPTH = 100


def decide(run: Run, node: Node, scope: Scope, *, direct: bool) -> tuple[bool | None, Condition]:
    """Work out a condition; `direct` allows a bare expression, as in a workflow's `when`."""
    names: list[str] = []
    holds = expression.truth(_result(run, node, scope, names, direct, 0))
    return holds, Condition(node, names=tuple(dict.fromkeys(names)))


def _result(
    run: Run, node: Node, scope: Scope, names: list[str], direct: bool, depth: int
) -> expression.Result:
    if depth > MAX_DEPTH:
        run.error(f"logic nested deeper than {MAX_DEPTH} levels", node.location())
        return None
    if node.is_scalar:
        return _scalar(run, node, scope, names, direct)
    if node.is_list:
        return bool(node.items)
    entries = node.entries()
    (op, (key, inner)), *_ = entries.items() if entries else [("", (node, node))]
    if len(entries) != 1 or op not in ("and", "or", "not", "equal", "matches"):
        if depth == 0:
            run.error(f"unknown logic statement {op!r}", node.location())
        return Unknown("mapping", "mapping", Control.SAFE)  # e.g. an executor, compared by value
    values = [_result(run, one, scope, names, False, depth + 1) for one in inner.members()]
    if op in ("and", "or"):
        if not values:
            run.error(f"{op!r} has no arguments", key.location())
            return False
        known = [expression.truth(value) for value in values]
        decisive = op == "or"
        if decisive in known:
            return decisive
        return _open(values) if None in known else not decisive
    if op == "not":
        inside = _result(run, inner, scope, names, False, depth + 1)
        holds = expression.truth(inside)
        return inside if holds is None else not holds
    if op == "equal":
        return _equal(values)
    return _matches(run, inner, scope, names, depth)


def _scalar(
    run: Run, node: Node, scope: Scope, names: list[str], direct: bool
) -> expression.Result:
    found = list(templates(node.text)) if run.has_templates else []
    if direct and not found and node.type == "str":
        try:
            expr = expression.parse(node.text)
        except expression.ExpressionError:
            return node.text
        names.extend(expr.names())
        use = Use(node, 0, len(node.text))

        def look(name: str) -> expression.Result:
            bound = run.lookup(name, scope, use)
            return as_result(bound) if isinstance(bound, Scalar) else None

        try:
            return expression.evaluate(expr, look)
        except expression.ExpressionError as error:
            run.error(f"the expression cannot be worked out: {error}", node.location())
            return None
    for template in found:
        if template.kind == "reference":
            names.append(template.body)
        elif template.kind == "expression":
            try:
                names.extend(expression.parse(template.body).names())
            except expression.ExpressionError:
                continue
    bound = run.binding(node, scope)
    if isinstance(bound, Steps):
        return bool(bound.steps)
    if isinstance(bound, ExecutorRef):
        return Unknown("executor", "executor", Control.SAFE)
    if not isinstance(bound, Scalar):
        return True
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(node.text):
        return as_result(bound)
    if not bound.known and len(bound.pieces) > 1:
        # NOTE: text around an unknown value is never empty, so it counts as true.
        text = any(piece.text for piece in bound.pieces if piece.unknown is None)
        return Unknown("text", "string", bound.unknowns[0].control) if text else as_result(bound)
    return as_result(bound)


def _open(values: list[expression.Result]) -> expression.Result:
    return next(value for value in values if expression.truth(value) is None)


def _equal(values: list[expression.Result]) -> expression.Result:
    result: expression.Result = bool(values)
    for value in values[1:]:
        same = expression.compare("==", values[0], value)
        if same is False:
            return False
        if isinstance(same, Unknown):
            result = same
    return result


def _matches(run: Run, node: Node, scope: Scope, names: list[str], depth: int) -> expression.Result:
    pattern = node.get("pattern") if node.is_map else None
    value = node.get("value") if node.is_map else None
    if pattern is None or value is None:
        run.error("'matches' needs a pattern and a value", node.location())
        return None
    left = _result(run, value, scope, names, False, depth + 1)
    right = _result(run, pattern, scope, names, False, depth + 1)
    if isinstance(left, Unknown):
        return left if left.type == "boolean" else expression.compare("==", left, None)
    if isinstance(right, Unknown):
        return right
    if right is None or left is None:
        return False
    # NOTE: the value is matched as text, so that a number can be matched as well.
    return expression.matches(str(right), str(left))
