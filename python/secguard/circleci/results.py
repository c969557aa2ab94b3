"""Between expanded scalars and the values of the expression language."""

from __future__ import annotations

from secguard.circleci.expression import Result
from secguard.circleci.values import HOLE, Piece, Scalar, Unknown
from secguard.source.node import Node

_KINDS = {"boolean": "bool", "integer": "int", "number": "float"}
_TRUE = ("true", "yes", "on", "y")
_DIGITS = 18
"""Longer numbers are read as text: no condition needs them, and reading them takes long."""


def hole(unknown: Unknown, node: Node, start: int, end: int) -> Scalar:
    """Make the scalar that stands for an unknown value."""
    kind = _KINDS.get(unknown.type, "str")
    return Scalar(node, (Piece(HOLE, node, start, end, (), unknown),), kind)


def known(value: str | bool | int | float | None, node: Node, start: int, end: int) -> Scalar:
    """Make the scalar that stands for a value that a template comes to."""
    text, kind = _spell(value)
    return Scalar(node, (Piece(text, node, start, end),) if text else (), kind)


def as_result(value: Scalar) -> Result:
    """Read a scalar as the expression language sees it."""
    if not value.known:
        unknowns = value.unknowns
        if len(value.pieces) == 1:
            return unknowns[0]
        risky = next((one for one in unknowns if one.tainted), unknowns[0])
        return Unknown("text", "string", risky.control)
    if value.type == "null":
        return None
    if value.type == "bool":
        return value.text.lower() in _TRUE
    if value.type in ("int", "float") and len(value.text) <= _DIGITS:
        text = value.text.lower().replace(".nan", "nan")
        try:
            return int(text) if value.type == "int" else float(text)
        except ValueError:
            return value.text
    return value.text


def _spell(value: str | bool | int | float | None) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("true" if value else "false"), "bool"
    if value is None:
        return "", "null"
    if isinstance(value, str):
        return value, "str"
    return str(value), "int" if isinstance(value, int) else "float"
