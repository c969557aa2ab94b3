"""Writes plain data as YAML that reads the same in YAML 1.1 and 1.2."""

from __future__ import annotations

import json
import re
from typing import Any, Iterator

_PLAIN = re.compile(r"[A-Za-z_/$(][\w/.$(){}@+=,-]*(?: [\w/.$(){}@+=,-]+)*")
_WORDS = frozenset("true false yes no on off null y n".split())
_MAX_KEY = 1_000
"""YAML readers look no further for the colon after a key."""


def dump(data: Any) -> str:
    """Write mappings, sequences, texts, numbers, booleans and null."""
    return "".join(line + "\n" for line in _lines(data, 0))


def _lines(data: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(data, dict) and data:
        for key, value in data.items():
            name = _text(str(key))
            if len(name) > _MAX_KEY:
                yield f"{pad}? {name}"
                name = ""
            yield from _entry(f"{pad}{name}:", value, depth)
    elif isinstance(data, list) and data:
        for item in data:
            if isinstance(item, (dict, list)) and item:
                first, *rest = _lines(item, depth + 1)
                yield f"{pad}- {first.lstrip(' ')}"
                yield from rest
            else:
                yield from _entry(f"{pad}-", item, depth)
    else:
        yield pad + _scalar(data)


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        yield head
        yield from _lines(value, depth + 1)
    elif isinstance(value, str) and _blockable(value):
        chomp = "" if value.endswith("\n") else "-"
        yield f"{head} |{chomp}"
        body = value[:-1] if value.endswith("\n") else value
        for row in body.split("\n"):
            yield "  " * (depth + 1) + row if row else ""
    else:
        yield f"{head} {_scalar(value)}"


def _blockable(text: str) -> bool:
    body = text[:-1] if text.endswith("\n") else text
    return (
        "\n" in text
        and not text.startswith((" ", "\n", "\t"))
        and not body.endswith("\n")
        and all(char == "\n" or char == "\t" or char.isprintable() for char in body)
    )


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    return "{}" if isinstance(value, dict) else "[]"


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    # NOTE: JSON's string is YAML's double-quoted style, but for characters beyond the first plane.
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(char) for char in quoted)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"
