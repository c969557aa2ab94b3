"""Finds the conditions of a config as they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

from secguard.source.node import Node


@dataclass(frozen=True)
class Term:
    """A part of a condition that is true or false by itself."""

    op: str
    """`text` for a scalar, or `equal`, `matches`."""
    node: Node
    direct: bool
    """True where an expression may stand without `<< >>`."""
    holder: Node
    """The job or command whose parameters it can name; the root in a workflow."""


def terms(root: Node) -> Iterator[Term]:
    """Yield the terms of every `when`, `unless` and `filters` below the root."""
    waiting: list[tuple[Node, Node]] = [(root, root)]
    seen: set[int] = set()
    while waiting:
        node, holder = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.is_list:
            waiting.extend((item, holder) for item in reversed(node.items))
            continue
        if node.is_map and node.get("parameters") is not None and node is not root:
            holder = node
        for key, inner in reversed(list(node.values())) if node.is_map else ():
            waiting.append((inner, holder))
            if key in ("when", "unless"):
                wanted = inner.get("condition") if inner.is_map else None
                if wanted is not None:
                    yield from _terms(wanted, False, holder)
                elif len(node.path) == 2 and node.path[0] == "workflows":
                    yield from _terms(inner, True, holder)
            elif key == "filters" and inner.is_scalar and node.path[:1] == ("workflows",):
                yield from _terms(inner, True, holder)


def _terms(wanted: Node, direct: bool, holder: Node) -> Iterator[Term]:
    waiting = [(wanted, direct)]
    while waiting:
        node, bare = waiting.pop()
        if node.is_scalar:
            yield Term("text", node, bare, holder)
        for op, inner in node.values() if node.is_map else ():
            if op in ("and", "or"):
                waiting.extend((one, False) for one in reversed(inner.members()))
            elif op == "not":
                waiting.append((inner, False))
            elif op in ("equal", "matches"):
                yield Term(op, inner, False, holder)
