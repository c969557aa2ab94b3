"""Reads a run command's text, and answers questions about the whole of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterator

from secguard.shell.commands import Block, Command
from secguard.shell.cursor import MAX_LENGTH, Stop
from secguard.shell.names import SHELLS
from secguard.shell.parser import Parser
from secguard.shell.redirects import Redirect
from secguard.shell.words import Assignment, Word, assignment

_DECLARATIONS = frozenset(("declare", "export", "local", "readonly", "typeset"))
_OPTIONS = {
    "a": "allexport",
    "e": "errexit",
    "f": "noglob",
    "n": "noexec",
    "u": "nounset",
    "v": "verbose",
    "x": "xtrace",
}


@dataclass(frozen=True)
class Option:
    """A shell option that `set` or the start of a shell turns on or off."""

    start: int
    name: str
    """The long name, e.g. `xtrace` for `-x`."""
    on: bool
    command: Command = field(repr=False)


@dataclass(frozen=True, eq=False)
class Script:
    """A run command as a shell reads it."""

    text: str = field(repr=False)
    block: Block = field(repr=False)
    """The outermost commands."""
    errors: tuple[tuple[int, str], ...]
    """Where the text breaks the shell's grammar; reading went on at the next line."""
    incomplete: str | None
    """Why reading ended early, or None where the whole text was read."""

    def commands(self) -> tuple[Command, ...]:
        """Give every command at any depth, also in strings for other shells, in source order."""
        return self.block.commands()

    def words(self) -> tuple[Word, ...]:
        """Give every word, of commands, redirections, here-documents, loops, in source order.

        A string for another shell is here as one word, and again as the words in it.
        """
        found: list[Word] = []
        redirects: list[Redirect] = []
        for block in self.block.blocks():
            found += block.head
            redirects += block.redirects
        for command in self.commands():
            found += [assigned.value for assigned in command.assignments]
            found += command.words
            redirects += command.redirects
        for redirect in redirects:
            found += (redirect.target, redirect.body) if redirect.body else (redirect.target,)
        return tuple(sorted(found, key=lambda word: (word.start, word.end)))

    def assignments(self) -> Iterator[Assignment]:
        """Yield what is assigned, alone, before a command or by `export` and the like."""
        for command in self.commands():
            yield from command.assignments
            if command.name in _DECLARATIONS:
                exported = command.name == "export" or any(
                    word.text.startswith("-") and "x" in word.text for word in command.args
                )
                for word in command.args:
                    found = assignment(word, exported)
                    if found:
                        yield found

    def set_options(self) -> Iterator[Option]:
        """Yield the options that `set -x` and `bash -x` and the like change, in source order."""
        for command in self.commands():
            if command.name == "set" or command.name in SHELLS:
                yield from _options(command)


def parse(text: str) -> Script:
    """Read any text as a script for bash or sh; never raises."""
    parser = Parser(text)
    block = parser.block
    incomplete = None
    if len(text) > MAX_LENGTH:
        incomplete = f"longer than {MAX_LENGTH} characters"
    try:
        parser.run()
    except Stop as stop:
        incomplete = str(stop)
    except RecursionError:
        incomplete = "nested too deeply"
    block.end = min(len(text), MAX_LENGTH)
    return Script(text, block, tuple(parser.errors), incomplete)


def _options(command: Command) -> Iterator[Option]:
    args = iter(command.args)
    for word in args:
        text = word.text
        if text in ("-", "--") or not text.startswith(("-", "+")):
            return
        if text.startswith("--"):
            continue
        on = text.startswith("-")
        for letter in text[1:]:
            if letter == "o":
                named = next(args, None)
                if named:
                    yield Option(named.start, named.text, on, command)
            elif letter in _OPTIONS:
                yield Option(word.start, _OPTIONS[letter], on, command)
