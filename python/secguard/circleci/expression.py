"""CircleCI's expression language: read, and worked out as far as the values are known.

Source: "Using expressions" in the CircleCI documentation; the operators in rising strength are
`or`, `and`, `== !=`, `starts-with matches`, `> >= < <=`, `not`. `and` and `or` give one of their
operands, values of different types are never equal, and numbers only can be ordered.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import partial
from typing import Callable, Iterable, Union

from secguard.circleci.patterns import full_match
from secguard.circleci.values import Control, Unknown

MAX_NESTING = 100

Result = Union[str, bool, int, float, None, Unknown]
Lookup = Callable[[str], Result]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<regex>/(?:[^/\\]|\\.)*/)
    | (?P<number>-?[0-9]{1,18}(?:\.[0-9]{1,18})?(?![\w.]))
    | (?P<op>==|!=|>=|<=|>|<|\(|\)|!)
    | (?P<word>[A-Za-z_][\w.-]*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_STRENGTH = {
    "or": 0,
    "and": 1,
    "==": 2,
    "!=": 2,
    "starts-with": 3,
    "matches": 3,
    ">": 4,
    ">=": 4,
    "<": 4,
    "<=": 4,
}


class ExpressionError(ValueError):
    """A text that is not an expression, or that CircleCI would refuse to work out."""


@dataclass(frozen=True)
class Expr:
    """A read expression: an operator with operands, a literal, or a name."""

    op: str
    """The operator, `literal`, `name` or `regex`."""
    value: str | bool | int | float | None = None
    args: tuple[Expr, ...] = ()
    """The operands: two of a comparison, one of `not`, any number of `and` and `or`."""

    def names(self) -> tuple[str, ...]:
        """List the names that it speaks of, in order."""
        if self.op == "name":
            return (str(self.value),)
        return tuple(name for arg in self.args for name in arg.names())


def parse(text: str) -> Expr:
    """Read an expression; raise ExpressionError where it is none."""
    tokens: list[tuple[str, str]] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match or match.lastgroup is None:
            raise ExpressionError("not an expression")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    reader = _Reader(tokens)
    expr = reader.binary(0, 0)
    if reader.at != len(tokens):
        raise ExpressionError("text after the expression")
    return expr


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self._chained = 0

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _next_strength(self) -> int:
        return _STRENGTH.get(self._peek(), -1)

    def binary(self, weakest: int, depth: int) -> Expr:
        if depth > MAX_NESTING:
            raise ExpressionError(f"nested deeper than {MAX_NESTING} levels")
        left = self._unary(depth)
        while self._next_strength() >= weakest:
            op, strength = self._peek(), self._next_strength()
            operands = [left]
            while self._peek() == op:
                self.at += 1
                operands.append(self.binary(strength + 1, depth + 1))
            if op in ("and", "or"):
                left = Expr(op, None, tuple(operands))
                continue
            for right in operands[1:]:
                self._chained += left.op in _STRENGTH
                left = Expr(op, None, (left, right))
            if self._chained > MAX_NESTING:
                raise ExpressionError(f"more than {MAX_NESTING} comparisons of comparisons")
        return left

    def _unary(self, depth: int) -> Expr:
        if self._peek() in ("not", "!"):
            self.at += 1
            if depth > MAX_NESTING:
                raise ExpressionError(f"nested deeper than {MAX_NESTING} levels")
            return Expr("not", None, (self._unary(depth + 1),))
        if self.at >= len(self.tokens):
            raise ExpressionError("an operand is missing")
        kind, text = self.tokens[self.at]
        self.at += 1
        if text == "(":
            inner = self.binary(0, depth + 1)
            if self._peek() != ")":
                raise ExpressionError("a closing bracket is missing")
            self.at += 1
            return inner
        if kind == "string":
            return Expr("literal", re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))
        if kind == "regex":
            return Expr("regex", text[1:-1])
        if kind == "number":
            return Expr("literal", float(text) if "." in text else int(text))
        if kind != "word" or text in _STRENGTH:
            raise ExpressionError("an operand is missing")
        if text in ("true", "false"):
            return Expr("literal", text == "true")
        return Expr("literal", None) if text in ("null", "nil") else Expr("name", text)


def truth(value: Result) -> bool | None:
    """Say whether a value counts as true; None where it is not known."""
    if isinstance(value, Unknown):
        return None
    if value is None or value is False or value == "":
        return False
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return not (value == 0 or math.isnan(value))
    return True


def holds(expr: Expr, lookup: Lookup) -> bool | None:
    """Say whether an expression counts as true; None where the values do not decide it.

    Knows more than `truth(evaluate(...))`: what is not known, `or` true, counts as true.
    """
    if expr.op == "not":
        inner = holds(expr.args[0], lookup)
        return None if inner is None else not inner
    if expr.op not in ("and", "or"):
        return truth(evaluate(expr, lookup))
    decisive = expr.op == "or"
    unsure = False
    for arg in expr.args:
        try:
            answer = holds(arg, lookup)
        except ExpressionError:
            if not unsure:
                raise
            answer = None  # perhaps never asked for
        if answer is decisive:
            return decisive
        unsure = unsure or answer is None
    return None if unsure else not decisive


def evaluate(expr: Expr, lookup: Lookup) -> Result:
    """Work an expression out; an Unknown comes back where the values do not decide it."""
    if expr.op in ("literal", "regex"):
        return expr.value
    if expr.op == "name":
        return lookup(str(expr.value))
    if expr.op in ("and", "or"):
        return _chosen(expr.op, [partial(evaluate, arg, lookup) for arg in expr.args])
    left = evaluate(expr.args[0], lookup)
    if expr.op == "not":
        known = truth(left)
        return _boolean() if known is None else not known
    return compare(expr.op, left, evaluate(expr.args[1], lookup))


def _boolean() -> Unknown:
    return Unknown("condition", "boolean", Control.SAFE)


def _chosen(op: str, operands: Iterable[Callable[[], Result]]) -> Result:
    """Give the operand that `and` or `or` comes to, or what is known of it."""
    open: list[Unknown] = []
    value: Result = None
    for operand in operands:
        try:
            value = operand()
        except ExpressionError:
            if not open:
                raise
            value = _boolean()  # perhaps never asked for
        if isinstance(value, Unknown):
            open.append(value)
        elif truth(value) is (op == "or"):
            break
    if not open:
        return value
    # NOTE: `and` gives an operand that is not the last only where it counts as false, so that
    # nothing that somebody could write comes out.
    out = open if op == "or" else [one for one in open if one is value]
    if value is open[0] and len(out) == 1:
        return value
    named = next((one for one in out if one.tainted), out[0] if out else None)
    types = {one.type for one in open} | ({_type(value)} - {"unknown"})
    type = types.pop() if len(types) == 1 else "string"
    return Unknown("expression", type, named.control if named else Control.SAFE)


def _type(value: Result) -> str:
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "string"


def compare(op: str, left: Result, right: Result) -> Result:
    """Apply a comparing operator to two values."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown):
            if op in ("==", "!=") and one.choices and isinstance(other, str):
                if other not in one.choices:
                    return op == "!="
            return _boolean()
    if op in ("==", "!="):
        numbers = _number(left) is not None and _number(right) is not None
        same = type(left) is type(right) or numbers
        return (same and left == right) == (op == "==")
    if op in ("starts-with", "matches"):
        if not isinstance(left, str) or not isinstance(right, str):
            raise ExpressionError(f"`{op}` needs strings")
        return left.startswith(right) if op == "starts-with" else matches(right, left)
    low, high = _number(left), _number(right)
    if low is None or high is None:
        raise ExpressionError(f"`{op}` needs numbers")
    if op == ">":
        return low > high
    if op == ">=":
        return low >= high
    return low < high if op == "<" else low <= high


def _number(value: Result) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def matches(pattern: str, text: str) -> bool | Unknown:
    """Match a whole text against a Java regular expression, where that can be told at once."""
    found = full_match(pattern, text)
    return _boolean() if found is None else found
