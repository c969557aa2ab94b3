"""CircleCI's expression language: read, and worked out as far as the values are known.

Source: "Using expressions" in the CircleCI documentation; the operators in rising strength are
`or`, `and`, `== !=`, `starts-with matches`, `> >= < <=`, `not`. `and` and `or` give one of their
operands, values of different types are never equal, and numbers only can be ordered.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Callable, Union

from secguard.circleci.values import Control, Unknown

MAX_NESTING = 100

Result = Union[str, bool, int, float, None, Unknown]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<regex>/(?:[^/\\]|\\.)*/)
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    | (?P<op>==|!=|>=|<=|>|<|\(|\)|!)
    | (?P<word>[A-Za-z_][\w.-]*)
    )""",
    re.VERBOSE,
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("==", "!="),
    ("starts-with", "matches"),
    (">", ">=", "<", "<="),
)


class ExpressionError(ValueError):
    """A text that is not an expression, or that CircleCI would refuse to work out."""


@dataclass(frozen=True)
class Expr:
    """A read expression: an operator with operands, a literal, or a name."""

    op: str
    """The operator, `literal`, `name` or `regex`."""
    value: str | bool | int | float | None = None
    args: tuple[Expr, ...] = ()

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
    expr = reader.level(0, 0)
    if reader.at != len(tokens):
        raise ExpressionError("text after the expression")
    return expr


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def level(self, level: int, depth: int) -> Expr:
        if depth > MAX_NESTING:
            raise ExpressionError(f"nested deeper than {MAX_NESTING} levels")
        if level == len(_LEVELS):
            return self._unary(depth)
        left = self.level(level + 1, depth)
        while self._peek() in _LEVELS[level]:
            op = self._peek()
            self.at += 1
            left = Expr(op, None, (left, self.level(level + 1, depth)))
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
            inner = self.level(0, depth + 1)
            if self._peek() != ")":
                raise ExpressionError("a closing bracket is missing")
            self.at += 1
            return inner
        if kind == "string":
            return Expr("literal", re.sub(r"\\(.)", r"\1", text[1:-1]))
        if kind == "regex":
            return Expr("regex", text[1:-1])
        if kind == "number":
            return Expr("literal", float(text) if "." in text else int(text))
        if kind != "word" or text in ("and", "or", "starts-with", "matches"):
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


def evaluate(expr: Expr, lookup: Callable[[str], Result]) -> Result:
    """Work an expression out; an Unknown comes back where the values do not decide it."""
    if expr.op in ("literal", "regex"):
        return expr.value
    if expr.op == "name":
        return lookup(str(expr.value))
    left = evaluate(expr.args[0], lookup)
    if expr.op == "not":
        known = truth(left)
        return _boolean() if known is None else not known
    if expr.op in ("and", "or"):
        return _choose(expr.op, left, evaluate(expr.args[1], lookup))
    right = evaluate(expr.args[1], lookup)
    return compare(expr.op, left, right)


def _boolean() -> Unknown:
    return Unknown("condition", "boolean", Control.SAFE)


def _choose(op: str, left: Result, right: Result) -> Result:
    known = truth(left)
    if known is None:
        # NOTE: either operand can come out; the one that somebody can write into counts.
        risky = isinstance(right, Unknown) and right.tainted
        return right if risky and not (isinstance(left, Unknown) and left.tainted) else left
    return left if known == (op == "or") else right


def compare(op: str, left: Result, right: Result) -> Result:
    """Apply a comparing operator to two values."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown):
            if op in ("==", "!=") and one.choices and isinstance(other, str):
                if other not in one.choices:
                    return op == "!="
            return _boolean()
    if op in ("==", "!="):
        same = type(left) is type(right) or (
            isinstance(left, (int, float))
            and isinstance(right, (int, float))
            and not isinstance(left, bool)
            and not isinstance(right, bool)
        )
        return (same and left == right) == (op == "==")
    if op in ("starts-with", "matches"):
        if not isinstance(left, str) or not isinstance(right, str):
            raise ExpressionError(f"`{op}` needs strings")
        return left.startswith(right) if op == "starts-with" else matches(right, left)
    if (
        not isinstance(left, (int, float))
        or not isinstance(right, (int, float))
        or isinstance(left, bool)
        or isinstance(right, bool)
    ):
        raise ExpressionError(f"`{op}` needs numbers")
    if op == ">":
        return left > right
    if op == ">=":
        return left >= right
    return left < right if op == "<" else left <= right


def matches(pattern: str, text: str) -> bool | Unknown:
    """Match a whole text against a Java regular expression, where Python's mean the same.

    A pattern that could take very long, or that Python does not read, leaves the answer open.
    """
    repeats = sum(pattern.count(sign) for sign in "*+{")
    if len(pattern) > 500 or len(text) > 200 or repeats > 3 or re.search(r"\)[*+{]", pattern):
        return _boolean()
    try:
        return re.fullmatch(pattern, text) is not None
    except (re.error, RecursionError, OverflowError):
        return _boolean()
