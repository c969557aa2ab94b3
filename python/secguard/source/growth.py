"""Keeps aliases and merge keys from making more of a file than it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secguard.source.node import Node

MAX_MERGED = 1_000_000
"""Entries that merge keys may bring into all mappings of a file."""


class Growth:
    """Measures the collections of one file as they are finished, inner ones first."""

    def __init__(self, max_height: int) -> None:
        """Set how many levels a value may have, aliases followed."""
        self._max_height = max_height
        self._heights: dict[int, int] = {}
        self._sizes: dict[int, int] = {}
        self._merged = 0

    def add(self, node: Node) -> str:
        """Measure a collection; say what is too much, or give an empty text."""
        inner = [*node.items, *(part for pair in node.pairs for part in pair)]
        height = 1 + max((self._heights.get(id(one), 0) for one in inner), default=0)
        self._heights[id(node)] = height
        if height > self._max_height:
            return f"aliases nest values deeper than {self._max_height} levels"
        merged = 0
        for key, value in node.pairs:
            if key.type == "merge":
                for source in value.items if value.is_list else (value,):
                    merged += self._sizes.get(id(source), 0)
        self._sizes[id(node)] = len(node.pairs) + merged
        self._merged += merged
        return "merge keys repeat too many entries" if self._merged > MAX_MERGED else ""
