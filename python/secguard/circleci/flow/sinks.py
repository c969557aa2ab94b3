"""Where a shell, or a program that a script starts, reads a text as code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.flow.taint import Taint
from secguard.circleci.flow.variables import Flow
from secguard.shell import Arithmetic, Command, Variable, Word
from secguard.shell.names import base_name
from secguard.shell.nested import reads_commands, scripts_in

_PROGRAMS = {
    "awk": (),
    "gawk": (),
    "jq": (),
    "mawk": (),
    "node": ("-e", "-p", "--eval", "--print"),
    "osascript": ("-e",),
    "perl": ("-e", "-E", "-ne", "-pe", "-pi -e"),
    "php": ("-r",),
    "python": ("-c",),
    "python2": ("-c",),
    "python3": ("-c",),
    "ruby": ("-e",),
    "sed": ("-e", "--expression"),
}
"""Programs that take their program as an argument: behind an option, or as the first word."""
_TAKES_NEXT = {
    "awk": ("-F", "-v", "-f"),
    "jq": ("--indent", "-f", "--from-file", "-L"),
    "sed": ("-f", "-l", "-E -i"),
}
_TAKES_TWO = ("--arg", "--argjson", "--slurpfile", "--rawfile")
_NUMBERS = frozenset(("-eq", "-ne", "-lt", "-le", "-gt", "-ge"))
_REF_NEVER = frozenset(" ~^:?*[\\")
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Sink:
    """A place at which somebody else's text is read as code."""

    reader: str
    """What reads it: `eval`, `sh -c`, `ssh`, `trap`, `awk`, `arithmetic` and so on."""
    start: int
    end: int
    text: str
    """The variable that stands there as `$NAME`; empty for anything else."""
    taint: Taint


def sinks(flow: Flow) -> Iterator[Sink]:
    """Yield where a script has somebody else's text read as code, in source order."""
    for command in flow.shell.commands():
        yield from _strings(flow, command)
        yield from _stdin(flow, command)
        yield from _programs(flow, command)
        yield from _run(flow, command)
        yield from _arithmetic(flow, command)


def _in(flow: Flow, reader: str, word: Word, start: int = 0, end: int = -1) -> Iterator[Sink]:
    for part, taint in flow.parts(word):
        if part.start >= start and (end < 0 or part.end <= end):
            name = f"${part.name}" if isinstance(part, Variable) else ""
            yield Sink(reader, part.start, part.end, name, taint)


def _strings(flow: Flow, command: Command) -> Iterator[Sink]:
    for reader, start, end in scripts_in(command):
        for word in (*command.words, *(redirect.target for redirect in command.redirects)):
            if word.start < end and word.end > start:
                yield from _in(flow, reader, word, start, end)
        first = base_name(command.words[0]) if command.words else ""
        if first == "xargs" and reader == "sh -c":
            taint = flow.input(command)
            for mark in (_xargs_mark(command),) if taint is not None else ():
                at = command.source.find(mark, start, end) if mark else -1
                if at >= 0 and taint is not None:
                    yield Sink(reader, at, at + len(mark), "", taint)


def _xargs_mark(command: Command) -> str:
    for at, word in enumerate(command.words):
        if word.text == "-I" and at + 1 < len(command.words):
            return command.words[at + 1].text
        if word.text.startswith("-I"):
            return word.text[2:]
        if word.text == "-i":
            return "{}"
    return ""


def _stdin(flow: Flow, command: Command) -> Iterator[Sink]:
    if not reads_commands(command) or any(one.operator == "<<<" for one in command.redirects):
        return
    for redirect in command.redirects:
        if redirect.body is not None and not redirect.quoted:
            yield from _in(flow, command.name, redirect.body)
            return
    taint = flow.input(command)
    if taint is not None:
        yield Sink(command.name, command.start, command.end, "", taint)


def _programs(flow: Flow, command: Command) -> Iterator[Sink]:
    options = _PROGRAMS.get(command.name)
    if options is None:
        return
    for word in _program_words(command, options):
        for sink in _in(flow, command.name, word):
            if command.name != "sed" or _sed_runs(word, sink):
                yield sink


def _program_words(command: Command, options: tuple[str, ...]) -> Iterator[Word]:
    args = command.args
    given = [at for at, word in enumerate(args) if word.text in options]
    if given or command.name not in ("awk", "gawk", "jq", "mawk", "sed"):
        yield from (args[at + 1] for at in given if at + 1 < len(args))
        return
    skip = 0
    takes = _TAKES_NEXT.get(command.name, _TAKES_NEXT["awk"])
    for word in args:
        if skip:
            skip -= 1
        elif word.text in _TAKES_TWO:
            skip = 2
        elif word.text in takes:
            if word.text in ("-f", "--from-file"):
                return
            skip = 1
        elif not word.text.startswith("-"):
            yield word
            return


def _sed_runs(word: Word, sink: Sink) -> bool:
    """Say whether the text can end its `s` command and add the flag that runs a program."""
    match = re.search(r"(?:^|[;\s/\d$])[sy](\W)", word.text)
    return match is None or not (sink.taint.one_word and match[1] in _REF_NEVER)


def _run(flow: Flow, command: Command) -> Iterator[Sink]:
    """A text as the name of the program: it says what is run."""
    if command.name or command.argv_start >= len(command.words):
        return
    if command.nested not in (None, "substitution", "process substitution"):
        return  # the outer shell has put the text in already
    word = command.words[command.argv_start]
    first = word.parts[0] if word.parts else None
    if isinstance(first, Variable) and not first.quoted:
        for sink in _in(flow, "the shell", word, 0, first.end):
            if not sink.taint.one_word:
                yield sink


def _arithmetic(flow: Flow, command: Command) -> Iterator[Sink]:
    """A subscript in a number is worked out, and a substitution in it is run."""
    words = [*command.words, *(made.value for made in command.assignments)]
    for word in words:
        for part in word.all_parts():
            if isinstance(part, Arithmetic):
                for match in _NAME.finditer(word.source, part.start, part.end):
                    yield from _number(flow, match[0], match.start(), match.end())
    if command.name == "[[":
        for at, word in enumerate(words):
            if word.text in _NUMBERS and 0 < at < len(words) - 1:
                for side in (words[at - 1], words[at + 1]):
                    for variable in side.variables():
                        yield from _number(flow, variable.name, variable.start, variable.end)


def _number(flow: Flow, name: str, start: int, end: int) -> Iterator[Sink]:
    taint = flow.variable(name, start)
    if taint is not None and not taint.one_word:
        yield Sink("arithmetic", start, end, f"${name}", taint)
