"""YAML as a tree of nodes that know their place; the only module that touches PyYAML."""

from __future__ import annotations

import bisect
import re
from typing import Any, Iterator

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import Resolver
from yaml.scanner import Scanner

from secguard.finding import Location, Span
from secguard.source.align import align, width
from secguard.source.growth import Growth
from secguard.source.text import ReadError, TextFile

MAX_DEPTH = 150
"""Deeper nesting is refused: CircleCI's limit for logic is 100, real configs stay under 20."""

_TAG = "tag:yaml.org,2002:"
_PROPERTY = re.compile(r"[&!]\S*\s*")
_TYPES = ("str", "bool", "int", "float", "null", "timestamp", "merge")


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


class _Loader(Reader, Scanner, Parser, Composer, Resolver):
    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        Resolver.__init__(self)
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        # NOTE: CircleCI takes the later of two equal anchors, PyYAML refuses the second.
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if not isinstance(event, yaml.AliasEvent) and event.anchor in self.anchors:
            del self.anchors[event.anchor]
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise yaml.MarkedYAMLError(
                problem=f"nesting deeper than {MAX_DEPTH} levels", problem_mark=event.start_mark
            )
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def parse(file: TextFile) -> Node:
    """Read one YAML document; raise ReadError with the place where it cannot be read.

    An empty document is a null scalar.
    """
    try:
        raw = _Loader(file.text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _unreadable(file, error) from None
    except ReaderError as error:
        where = Location(file.uri, file.span(error.position, error.position + 1))
        raise ReadError(
            where,
            f"the file holds the control character U+{int(error.character):04X} and was not read",
            "remove the character",
        ) from None
    except (RecursionError, ValueError) as error:
        raise ReadError(
            Location(file.uri), f"the file cannot be read as YAML ({type(error).__name__})"
        ) from None
    if raw is None:
        return Node(file, "scalar", type="null")
    return _Builder(file).build(raw, ())


def _unreadable(file: TextFile, error: yaml.MarkedYAMLError) -> ReadError:
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(file.text)) if mark else 0
    where = Location(file.uri, file.span(offset, min(offset + 1, len(file.text))))
    line = file.lines[where.span.line - 1] if where.span else ""
    template = any(sign in line for sign in ("{{", "{%", "<%", "#@")) or "{{>" in file.text
    said = (error.problem or error.context or "not valid").replace("\n", " ")
    if template:
        return ReadError(
            where,
            "the file is a template that is not YAML before it is rendered, so it was not read",
            "check the rendered file instead",
        )
    return ReadError(where, f"the file is not valid YAML: {said}", "correct it at this place")


class _Builder:
    """Turns PyYAML's nodes into ours, each once."""

    def __init__(self, file: TextFile) -> None:
        self._file = file
        self._done: dict[int, Node] = {}
        self._open: set[int] = set()
        self._growth = Growth(MAX_DEPTH)

    def build(self, raw: Any, path: tuple[str, ...]) -> Node:
        known = self._done.get(id(raw))
        if known is not None:
            if id(raw) in self._open:
                raise ReadError(
                    Location(self._file.uri, self._file.span(known.start, known.start + 1)),
                    "the file cannot be read: an anchor holds an alias of itself",
                    "write the value out",
                )
            return known
        start, end = raw.start_mark.index, raw.end_mark.index
        kind = raw.tag[len(_TAG) :] if raw.tag.startswith(_TAG) else raw.tag
        text = self._file.text
        if isinstance(raw, yaml.ScalarNode):
            while start < end and text[start] in "&!" and raw.style != "'":
                match = _PROPERTY.match(text, start, end)
                start = match.end() if match else end
            if raw.style in ("|", ">") or not raw.style:
                while end > start and text[end - 1] in " \t\r\n":
                    end -= 1
            node = Node(
                self._file,
                "scalar",
                path,
                start,
                end,
                value=raw.value,
                type=kind if kind in _TYPES else "str",
                style=raw.style or "",
            )
            self._done[id(raw)] = node
            return node
        is_map = isinstance(raw, yaml.MappingNode)
        node = Node(self._file, "map" if is_map else "list", path, start, end)
        self._done[id(raw)] = node
        self._open.add(id(raw))
        if is_map:
            node.pairs = tuple(self._pair(key, value, path) for key, value in raw.value)
        else:
            node.items = tuple(
                self.build(item, (*path, str(index))) for index, item in enumerate(raw.value)
            )
        self._open.discard(id(raw))
        fault = self._growth.add(node)
        if fault:
            where = Location(self._file.uri, self._file.span(start, start + 1))
            raise ReadError(where, f"the file cannot be read: {fault}", "write less with aliases")
        if not raw.flow_style:
            last = node.pairs[-1][1] if node.pairs else node.items[-1] if node.items else None
            # NOTE: PyYAML ends a block collection at the next token; an alias ends elsewhere.
            if last is not None and start <= last.end <= end:
                node.end = last.end
            else:
                while node.end > start and text[node.end - 1] in " \t\r\n":
                    node.end -= 1
        return node

    def _pair(self, key: Any, value: Any, path: tuple[str, ...]) -> tuple[Node, Node]:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        inner = (*path, name)
        return self.build(key, inner), self.build(value, inner)
