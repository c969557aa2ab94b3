"""Where a value stands in a script, and how the variable is written that takes its place."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.shell import Arithmetic, Block, Command, Literal, Script, Variable, Word

_NAME = re.compile(r"[A-Za-z0-9_\[]")
_READ_AGAIN = frozenset(". alias eval let source trap".split())


def reference(script: Script, start: int, end: int, name: str) -> tuple[int, int, str] | None:
    """Write the variable that can stand for a range of the script, and the range it replaces.

    None where a second shell or an arithmetic expression reads the text, where the text is the
    program that runs, in a here-document that is taken as it is, and in comments.
    """
    found = list(_around(script, start, end))
    if not found or any(read_again(block) for _, _, block in found):
        return None
    word, command, _ = min(found, key=lambda one: one[0].end - one[0].start)
    if command is not None:
        named = command.words[command.argv_start : command.argv_start + 1]
        if word in named or command.name in _READ_AGAIN:
            return None
    covering = [part for part in word.all_parts() if part.start <= start and part.end >= end]
    if not covering or any(isinstance(part, (Arithmetic, Variable)) for part in covering):
        return None
    literal = covering[-1]
    if not isinstance(literal, Literal):
        return None
    body = any(word is other for other in _bodies(script))
    if literal.quote == '"':
        braces = _NAME.match(script.text, end)
        return start, end, f"${{{name}}}" if braces else f"${name}"
    if literal.quote == "" and not body:
        return start, end, f'"${name}"'
    if literal.quote != "'" or body:
        return None
    first, last = literal.start == start, literal.end == end
    before, after = "" if first else "'", "" if last else "'"
    return start - first, end + last, f'{before}"${name}"{after}'


def bare(script: Script, start: int) -> bool:
    """Say whether a value stands without quotes, so that blanks in it would split it."""
    return not any(
        isinstance(part, Literal) and part.quoted and part.start <= start < part.end
        for word, _, _ in _around(script, start, start + 1)
        for part in word.all_parts()
    )


def _around(script: Script, start: int, end: int) -> Iterator[tuple[Word, Command | None, Block]]:
    for word, command, block in _words(script):
        if word.start <= start and end <= word.end:
            yield word, command, block


def _words(script: Script) -> Iterator[tuple[Word, Command | None, Block]]:
    for block in script.block.blocks():
        for word in block.head:
            yield word, None, block
        for redirect in block.redirects:
            yield from ((one, None, block) for one in (redirect.target, redirect.body) if one)
    for command in script.commands():
        block = command.block
        for made in command.assignments:
            yield made.value, None, block
        for word in command.words:
            yield word, command, block
        for redirect in command.redirects:
            yield from ((one, None, block) for one in (redirect.target, redirect.body) if one)


def _bodies(script: Script) -> Iterator[Word]:
    for command in script.commands():
        for redirect in command.redirects:
            if redirect.body:
                yield redirect.body


def read_again(block: Block | None) -> bool:
    """Say whether a second shell reads the text of a block, as that of `sh -c` does."""
    while block is not None:
        if block.owner is not None:
            return True
        block = block.parent
    return False
