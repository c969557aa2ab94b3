"""The scalars that a config's files hold, as they are written."""

from __future__ import annotations

from typing import Iterator

from secguard.source.node import Node


def written_values(root: Node) -> Iterator[Node]:
    """Yield every scalar that is a value, also those that nothing uses, each once."""
    waiting = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.is_scalar:
            yield node
        waiting.extend(reversed([*node.items, *(value for _, value in node.pairs)]))


def name_of(node: Node) -> str:
    """Give the key that a value stands under; for the default of a parameter, the parameter's."""
    path = node.path
    if len(path) > 2 and path[-1] == "default" and path[-3] == "parameters":
        return path[-2]
    return path[-1] if path and not path[-1].isdigit() else ""
