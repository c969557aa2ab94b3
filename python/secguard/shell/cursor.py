"""A place in a script's text, with the limits that keep reading bounded for any text."""

from __future__ import annotations

import re
from typing import Iterator, Mapping

from secguard.shell.commands import Block
from secguard.shell.words import Part

MAX_LENGTH = 1024 * 1024
"""Text after this many characters is not read."""

_MAX_DEPTH = 50
_MAX_STEPS = 200_000
_MAX_ERRORS = 100

_BLANKS = re.compile(r"[ \t\r\0]*(?:\\\r?\n[ \t\r\0]*)*(?:#[^\n]*)?")
_CONTINUED = re.compile(r"\\\r?\n")
_MARK = re.compile(r"['\"`$\\]")
_ESCAPABLE = {'"': '"$`\\', "`": "$`\\", '`"': '"$`\\', "<<": "$`\\"}


class Fault(Exception):
    """The text breaks the shell's grammar at a place; reading goes on at the next line."""

    def __init__(self, position: int, message: str) -> None:
        """Keep the place beside the sentence."""
        super().__init__(message)
        self.position = position
        self.message = message


class Stop(Exception):
    """The text is over a limit; reading ends."""


class Cursor:
    """Where reading is, in which block, and what is left for later.

    Text between backquotes, or handed to another shell, is read after everything around it. To
    take away quotes without moving any offset, they are overwritten by NUL, which shells ignore.
    """

    def __init__(self, source: str) -> None:
        """Start before the first character."""
        self.source = source
        self.text = source
        self.pos = 0
        self.end = min(len(source), MAX_LENGTH)
        self.block = Block("script", 0)
        self.depth = 0
        self.steps = 0
        self.faults = 0
        self.inner = False
        """True while text is read that the script's own shell does not read as commands."""
        self.errors: list[tuple[int, str]] = []
        self.known: dict[int, Part] = {}
        """The substitutions that were read, which a second reading of the same text skips."""
        self.later: list[tuple[Block, int, int]] = []
        """Ranges of text to read into a block."""
        self.erased: list[int] = []
        """What to overwrite before that."""

    def step(self, cost: int = 1) -> None:
        """Count one more piece of the text."""
        self.steps += cost
        if self.steps > _MAX_STEPS:
            raise Stop(f"more than {_MAX_STEPS} pieces")

    def deeper(self) -> None:
        """Count one more level of nesting."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise Stop(f"nested more than {_MAX_DEPTH} levels deep")

    def error(self, position: int, message: str) -> None:
        """Note a place where the grammar is broken."""
        self.faults += 1
        if not self.inner:
            self.errors.append((position, message))
        if self.faults >= _MAX_ERRORS:
            raise Stop(f"more than {_MAX_ERRORS} syntax errors")

    def blanks(self) -> None:
        """Step over blanks, line continuations and a comment."""
        match = _BLANKS.match(self.text, self.pos, self.end)
        if match:
            self.pos = match.end()

    def continuation(self) -> bool:
        """Step over a line continuation, if there is one."""
        match = _CONTINUED.match(self.text, self.pos, self.end)
        if match:
            self.pos = match.end()
        return match is not None

    def read_later(self, block: Block, start: int, end: int, kind: str) -> None:
        """Read the range into the block at the end, without one level of quotes and escapes.

        The kind says what quotes the range: nothing (words with quotes of their own), `'`,
        a backquote (also inside `"`), or `<<` for a here-document with expansions.
        """
        block.start, block.end = start, end
        if block.parent:
            block.parent.nested.append(block)
        self.later.append((block, start, end))
        if kind != "'":
            for offset in _quoting(self.text, start, end, kind, self.known):
                self.step()
                self.erased.append(offset)


def _quoting(
    text: str, start: int, end: int, quote: str, known: Mapping[int, Part]
) -> Iterator[int]:
    at = start
    while True:
        match = _MARK.search(text, at, end)
        if not match:
            return
        here, char = match.start(), match.group()
        at = here + 1
        if here in known:
            at = known[here].end
        elif char == "\\":
            following = text[at : at + 1]
            if not _CONTINUED.match(text, here) and following in _ESCAPABLE.get(quote, following):
                yield here
            at += 1
        elif char == "'" and not quote:
            close = text.find("'", at, end)
            if close < 0:
                return
            yield here
            yield close
            at = close + 1
        elif char == '"' and quote in ("", '"'):
            yield here
            quote = '"' if not quote else ""
        elif char == "$" and not quote and text[at : at + 1] in ("'", '"'):
            yield here
