"""Edits of YAML text: parts of scalars, entries of mappings, in the style that is there."""

from __future__ import annotations

import json
import re
from typing import Mapping, Sequence

from secguard.fix.edit import Edit
from secguard.source.node import Node

INDENT = 2
"""Columns by which something is indented under its key."""

_PLAIN = re.compile(r"[A-Za-z0-9_./@<][\w./@<>$ -]*(?::[\w./@-]+)*", re.ASCII)
_TEMPLATE = re.compile(r"<<[\s\w.-]+>>", re.ASCII)
_WORDS = frozenset("true false yes no on off y n null".split())
_NUMBER = re.compile(r"[-+.\d][\d_.eExXoa-fA-F:-]*")
_HEADER = re.compile(r"[|>][+-]?(?P<indent>\d?)")

Changes = Sequence["tuple[int, int, str]"]
"""Ranges of a scalar's value, in order, with what comes in their place."""


def changed(value: str, changes: Changes) -> str:
    """Apply changes to a scalar's value."""
    for start, end, new in sorted(changes, reverse=True):
        value = value[:start] + new + value[end:]
    return value


def scalar_edits(node: Node, changes: Changes, flow: bool = False) -> tuple[Edit, ...]:
    """Change parts of a scalar; where its style does not bear the new text, it is quoted anew."""
    value = changed(node.value, changes)
    if node.style == "" and not node.verbatim and not _bears(value, flow):
        return (Edit(node.start, node.end, quoted(value)),)
    edits = []
    for start, end, new in changes:
        first, last = node.range(start, end)
        if node.style in ("|", ">") and not new and node.value[:start][-1:] in ("", "\n"):
            if node.value[start:end][-1:] == "\n":  # whole lines go with their indentation
                first = node.file.text.rfind("\n", 0, first) + 1
        if node.style == "'":
            new = new.replace("'", "''")
        elif node.style == '"':
            new = json.dumps(new, ensure_ascii=False)[1:-1]
        edits.append(Edit(first, last, new))
    return tuple(edits)


def _bears(value: str, flow: bool) -> bool:
    """Say whether a text can stand without quotes; `flow` for one inside of brackets."""
    return (
        bool(value)
        and value[0] not in "\"'&*!|>%@`#,[]{}?:- \t"
        and value[-1] not in ": \t"
        and ": " not in value
        and " #" not in value
        and not (flow and set(value) & set(",[]{}"))
    )


def quoted(value: str) -> str:
    """Write a text so that it reads as a text anywhere in YAML, in quotes only where needed."""
    if _TEMPLATE.fullmatch(value):
        return value
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    if plain and not _NUMBER.fullmatch(value) and value == value.strip():
        return value
    if value.isprintable() and '"' in value:
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=not value.isprintable())


def column(node: Node) -> int:
    """Give the number of characters before a node in its line."""
    return node.file.position(node.start)[1] - 1


def line_break(node: Node) -> str:
    """Give the line end that the file uses."""
    return "\r\n" if "\r\n" in node.file.text else "\n"


def line_end(node: Node, offset: int) -> int:
    """Give the end of the line that an offset lies in, before its line break."""
    end = node.file.text.find("\n", offset)
    end = len(node.file.text) if end < 0 else end
    return end - (end > offset and node.file.text[end - 1] == "\r")


def keeps_lines(node: Node) -> bool:
    """Say whether the blank lines behind a scalar belong to it."""
    return node.style in ("|", ">") and "+" in node.file.text[node.start : node.start + 3]


def is_flow(node: Node) -> bool:
    """Say whether a collection is written in brackets."""
    return node.file.text[node.start : node.start + 1] in ("{", "[")


def add_entry(mapping: Node, key: str, value: str | Mapping[str, str]) -> Edit:
    """Add a key to a mapping that is not empty, as its last entry."""
    last = mapping.pairs[-1][1]
    if is_flow(mapping):
        return Edit(last.end, last.end, f", {flow_entry(key, value)}")
    end = line_end(mapping, max(last.end, mapping.pairs[-1][0].end))
    pad = line_break(mapping) + " " * column(mapping.pairs[0][0])
    return Edit(end, end, block_entry(pad, key, value))


def block_entry(pad: str, key: str, value: str | Mapping[str, str]) -> str:
    """Write an entry of a block mapping; `pad` is the line break and the indentation before it."""
    if isinstance(value, str):
        return f"{pad}{key}: {quoted(value)}"
    inner = "".join(f"{pad}{' ' * INDENT}{name}: {quoted(text)}" for name, text in value.items())
    return f"{pad}{key}:{inner}"


def flow_entry(key: str, value: str | Mapping[str, str]) -> str:
    """Write an entry of a flow mapping."""
    if isinstance(value, str):
        return f"{key}: {json.dumps(value, ensure_ascii=False)}"
    return f"{key}: {{{', '.join(flow_entry(*item) for item in value.items())}}}"


def indented(node: Node, base: int) -> tuple[Edit, ...] | None:
    """Indent the further lines of a scalar by more than `base` columns; None where that is fixed.

    A block scalar that says how far it is indented cannot be moved.
    """
    text = node.file.text
    header = _HEADER.match(text, node.start)
    if node.style in ("|", ">") and header and header["indent"]:
        return None
    starts = []
    at = text.find("\n", node.start, node.end)
    while at >= 0:
        line = text[at + 1 : line_end(node, at + 1)]
        if line.strip():
            starts.append((at + 1, len(line) - len(line.lstrip(" "))))
        at = text.find("\n", at + 1, node.end)
    missing = base + INDENT - min((indent for _, indent in starts), default=base + INDENT)
    return tuple(Edit(start, start, " " * missing) for start, _ in starts if missing > 0)
