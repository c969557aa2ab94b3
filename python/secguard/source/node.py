"""A node of a YAML tree: what stands in the file, and where."""

from __future__ import annotations

import bisect
from typing import Iterator

from secguard.finding import Location, Span
from secguard.source.align import align, width
from secguard.source.text import TextFile


class Node:
    """A mapping, a sequence or a scalar, with its place in the file.

    Nodes are shared: an alias gives the very node that its anchor names. Walkers that follow
    every use therefore need a budget, or a memory of the nodes already seen.
    """

    __slots__ = (
        "_entries",
        "_offsets",
        "end",
        "file",
        "items",
        "kind",
        "pairs",
        "path",
        "start",
        "style",
        "type",
        "value",
        "verbatim",
    )

    def __init__(
        self,
        file: TextFile,
        kind: str,
        path: tuple[str, ...] = (),
        start: int = 0,
        end: int = 0,
        *,
        value: str = "",
        type: str = "",
        style: str = "",
    ) -> None:
        """Make a node without children; `start` and `end` are offsets into the file's text."""
        self.file = file
        self.kind = kind
        """`map`, `list` or `scalar`."""
        self.path = path
        """The way from the root to where the node was first written."""
        self.start = start
        self.end = end
        self.value = value
        """A scalar's text, as YAML reads it; empty for the others."""
        self.type = type
        """A scalar's YAML 1.1 type: `str`, `bool`, `int`, `float`, `null`, `timestamp`."""
        self.style = style
        """A scalar's style: empty (plain), `'`, `"`, `|` or `>`."""
        self.verbatim = False
        """True for the text of an included file, in which nothing is a template."""
        self.items: tuple[Node, ...] = ()
        """A sequence's members."""
        self.pairs: tuple[tuple[Node, Node], ...] = ()
        """A mapping's keys and values as written: with duplicates and merge keys."""
        self._entries: dict[str, tuple[Node, Node]] | None = None
        self._offsets: tuple[int, ...] | None = None

    def __repr__(self) -> str:
        """Name the place, never the value: it may be a secret."""
        return f"<{self.kind} {self.file.uri}:{self.span}>"

    @property
    def is_map(self) -> bool:
        """True for a mapping."""
        return self.kind == "map"

    @property
    def is_list(self) -> bool:
        """True for a sequence."""
        return self.kind == "list"

    @property
    def is_scalar(self) -> bool:
        """True for a scalar."""
        return self.kind == "scalar"

    @property
    def text(self) -> str:
        """A scalar's text; empty for null, mappings and sequences."""
        return "" if self.type == "null" else self.value

    def entries(self) -> dict[str, tuple[Node, Node]]:
        """Give a mapping's scalar keys with their key and value nodes, merge keys resolved.

        A key that stands in the mapping wins over a merged one, a mapping merged first over one
        merged later, and of a duplicate key the last counts, as YAML 1.1 has it.
        """
        if self._entries is None:
            own: dict[str, tuple[Node, Node]] = {}
            merged: dict[str, tuple[Node, Node]] = {}
            self._entries = own  # NOTE: a mapping that merges itself sees what is there so far
            for key, value in self.pairs:
                if key.type == "merge":
                    sources = value.items if value.is_list else (value,)
                    for source in sources:
                        for name, pair in source.entries().items():
                            merged.setdefault(name, pair)
                elif key.is_scalar:
                    own.pop(key.value, None)
                    own[key.value] = (key, value)
            if merged:
                self._entries = {**merged, **own}
        return self._entries

    def get(self, *keys: str) -> Node | None:
        """Follow keys down mappings; None where one is missing."""
        node: Node | None = self
        for key in keys:
            pair = node.entries().get(key) if node is not None else None
            node = pair[1] if pair else None
        return node

    def key(self, key: str) -> Node | None:
        """Give the node of a key itself."""
        pair = self.entries().get(key)
        return pair[0] if pair else None

    def values(self) -> Iterator[tuple[str, Node]]:
        """Yield a mapping's keys as text with their values, merge keys resolved."""
        for name, (_, value) in self.entries().items():
            yield name, value

    def members(self) -> tuple[Node, ...]:
        """Give a sequence's members; a single node stands for a sequence of one."""
        if self.is_list:
            return self.items
        return () if self.type == "null" else (self,)

    @property
    def span(self) -> Span:
        """The whole node's range, without the white space that follows it."""
        return self.file.span(self.start, self.end)

    def location(self, note: str = "") -> Location:
        """Point at the whole node; of a long scalar or a collection, at its first line."""
        end = self.end
        line = self.file.text.find("\n", self.start, end)
        if line >= 0 and (not self.is_scalar or self.style in ("|", ">")):
            end = line
            while end > self.start and self.file.text[end - 1] in " \t\r":
                end -= 1
        return Location(self.file.uri, self.file.span(self.start, end), self.path, note)

    def whole(self, note: str = "") -> Location:
        """Point at the whole node, over all its lines."""
        return Location(self.file.uri, self.span, self.path, note)

    def within(self, start: int, end: int, note: str = "") -> Location:
        """Point at a part of a scalar, by offsets into its value."""
        return Location(self.file.uri, self.file.span(*self.range(start, end)), self.path, note)

    def range(self, start: int, end: int) -> tuple[int, int]:
        """Turn offsets into a scalar's value into offsets into the file."""
        if self._offsets is None:
            self._offsets = align(self.file.text, self.start, self.end, self.value, self.style)
        offsets = self._offsets
        if not offsets or start >= len(self.value):
            return self.start, self.end
        if end <= start:
            return offsets[start], offsets[start]
        last = offsets[min(end, len(self.value)) - 1]
        return offsets[start], last + width(self.file.text, last, self.style)

    def value_range(self, start: int, end: int) -> tuple[int, int] | None:
        """Turn offsets into the file into offsets into a scalar's value; None where it has none."""
        self.range(0, 0)
        offsets = self._offsets
        if not offsets:
            return None
        return bisect.bisect_left(offsets, start), bisect.bisect_left(offsets, end)
