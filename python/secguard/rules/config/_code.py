"""Finds where a script runs what other commands print: `… | sh`, `sh -c "$(…)"`, `. <(…)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator, Sequence

from secguard.shell import SHELLS, Command, Literal, Part, Process, Substitution, Variable, Word
from secguard.shell import Script as Shell
from secguard.shell.nested import reads_commands

_INTERPRETER = re.compile(r"(?:python|pypy)[\d.]*|perl|ruby|node|nodejs|php\d*|bun|deno")
_CODE_OPTIONS = {"python": "c", "pypy": "c", "perl": "eE", "ruby": "e", "node": "ep", "php": "r"}
_BEGINS = re.compile(r"(?:^|[;&|{(\n])\s*\Z")
_PRINTERS = ("echo", "printf")


@dataclass(frozen=True)
class Run:
    """A command that runs text which other commands print."""

    runner: Command
    sources: tuple[Command, ...]
    """The commands that print or change the text, in source order."""
    start: int
    end: int
    """The range that shows it: from the first source or the runner to the last of them."""


def runs(shell: Shell) -> Iterator[Run]:
    """Yield the commands that run what others print, in source order."""
    held = {
        made.name: part
        for made in shell.assignments()
        for part in made.value.parts[:1]
        if isinstance(part, Substitution) and len(made.value.parts) == 1
    }
    for command in shell.commands():
        if reads_code(command):
            yield from _fed(command, held)
        for word in code_words(command):
            yield from _inline(command, word, held)


def reads_code(command: Command) -> bool:
    """True for a shell or another interpreter that takes its program from standard input."""
    if command.name in ("source", "."):
        return any(word.text in ("/dev/stdin", "-") for word in command.args[:1])
    if not _INTERPRETER.fullmatch(command.name):
        if command.name in SHELLS and any(word.text == "/dev/stdin" for word in command.args):
            return True
        return command.name not in ("su", "ssh") and reads_commands(command)
    letters = _letters(command)
    for word in command.args:
        text = word.text
        if text in ("-", "--", "/dev/stdin"):
            return True
        if not text.startswith("-") or text.startswith("--eval") or text.startswith("--print"):
            return False
        if not text.startswith("--") and set(text[1:]) & {*letters, "m", "n", "p", "E", "l"}:
            return False
    return True


def _letters(command: Command) -> str:
    return _CODE_OPTIONS.get(command.name.rstrip("0123456789."), "ec")


def _fed(command: Command, held: dict[str, Substitution]) -> Iterator[Run]:
    for redirect in command.redirects:
        if redirect.operator in ("<", "<<<"):
            for part in redirect.target.parts[:1]:
                yield from _made(command, redirect.target, part, held)
            return
    before = [*command.piped_from]
    for printer in before[:]:
        if printer.name in _PRINTERS:
            for word in printer.args:
                for part in word.parts:
                    before += _sources(part, held)
    if before:
        piped = command.piped_from
        yield Run(command, tuple(before), piped[0].start, command.end)


def code_words(command: Command) -> Sequence[Word]:
    """Give the words of a command that hold code or name a file of code."""
    name, args = command.name, command.args
    if name in ("eval", "source", "."):
        return args[:1]
    interpreter = _INTERPRETER.fullmatch(name) is not None
    if not interpreter and name not in SHELLS:
        return ()
    letters = _letters(command) if interpreter else "c"
    for at, word in enumerate(args):
        text = word.text
        if not text.startswith(("-", "+")):
            return (word,)
        if not text.startswith("--") and set(text[1:]) & set(letters):
            return args[at + 1 : at + 2]
    return ()


def _inline(command: Command, word: Word, held: dict[str, Substitution]) -> Iterator[Run]:
    before = ""
    for part in word.parts:
        if isinstance(part, Literal):
            before += part.text
        elif _BEGINS.search(before[-20:]):
            yield from _made(command, word, part, held)
            before = ";"
        else:
            before += "$"


def _made(command: Command, word: Word, part: Part, held: dict[str, Substitution]) -> Iterator[Run]:
    sources = _sources(part, held)
    if sources:
        yield Run(command, sources, command.start, word.end)


def _sources(part: Part, held: dict[str, Substitution]) -> tuple[Command, ...]:
    if isinstance(part, Variable):
        kept = held.get(part.name)
        return kept.script.commands() if kept is not None else ()
    if isinstance(part, (Substitution, Process)):
        return part.script.commands()
    return ()
