"""Reads YAML into nodes that know their place; the only module that touches PyYAML."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import Resolver
from yaml.scanner import Scanner

from secguard.finding import Location
from secguard.source.growth import Growth
from secguard.source.node import Node
from secguard.source.text import ReadError, TextFile

MAX_DEPTH = 150
"""Deeper nesting is refused: CircleCI's limit for logic is 100, real configs stay under 20."""

_TAG = "tag:yaml.org,2002:"
_PROPERTY = re.compile(r"[&!]\S*\s*")
_TYPES = ("str", "bool", "int", "float", "null", "timestamp", "merge")


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
