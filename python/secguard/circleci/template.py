"""Finds what CircleCI's compiler replaces in a text: `<< parameters.x >>` and its kin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

MAX_BODY = 1_000
"""A longer text between `<<` and `>>` is not a template."""

REFERENCE = re.compile(r"(parameters|pipeline|matrix)\.\w[\w.-]*")
"""A single name, the commonest content of a template."""

_ROOTED = re.compile(r"(?<![\w.-])(?:parameters|pipeline|matrix)\.[A-Za-z_]")
_SECTION = re.compile(r"([#/^])\s*([A-Za-z_][\w.-]*)")


@dataclass(frozen=True)
class Template:
    """A piece of a text that the compiler treats in a special way."""

    start: int
    end: int
    kind: str
    """`reference`, `expression`, `section`, `inverted`, `close` or `escape`."""
    body: str
    """The name or the expression; for an escape, the text that it stands for."""


def templates(text: str) -> Iterator[Template]:
    r"""Yield the templates and escapes of a text in order.

    An escape is `\<<`, which stands for `<<`; `\\<<` is a backslash before a template. What only
    looks like a template (a heredoc, a here-string) is not yielded.
    """
    at = text.find("<<")
    while at >= 0:
        slashes = 0
        while at - slashes > 0 and text[at - slashes - 1] == "\\":
            slashes += 1
        if slashes % 2:
            yield Template(at - 1, at + 2, "escape", "<<")
            at = text.find("<<", at + 2)
            continue
        found = _template(text, at)
        if found is None:
            at = text.find("<<", at + 1)
            continue
        if slashes:
            yield Template(at - 2, at, "escape", "\\")
        yield found
        at = text.find("<<", found.end)


def _template(text: str, at: int) -> Template | None:
    if text.startswith("<", at + 2):
        return None
    end = text.find(">>", at + 2, at + 2 + MAX_BODY)
    if end < 0:
        return None
    body = text[at + 2 : end].strip()
    if REFERENCE.fullmatch(body):
        return Template(at, end + 2, "reference", body)
    section = _SECTION.fullmatch(body)
    if section:
        kind = {"#": "section", "^": "inverted", "/": "close"}[section[1]]
        return Template(at, end + 2, kind, section[2])
    if "<<" in body or "\n" in body or not _ROOTED.search(body):
        return None
    return Template(at, end + 2, "expression", body)
