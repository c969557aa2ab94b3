"""Follows variables through the scripts of a job, in the order of its steps."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import Hashable, Iterator, Mapping

from secguard.circleci.flow.bash_env import NAMES, exports, output, written
from secguard.circleci.flow.sources import (
    BUILT_IN,
    NAMES_PATHS,
    PASSERS,
    PRINTERS,
    checked,
    cleans,
    harmless,
    quotes,
    source,
)
from secguard.circleci.flow.taint import Taint, tainted
from secguard.circleci.model import Job
from secguard.circleci.script import Script
from secguard.finding import Location
from secguard.shell import Arithmetic, Block, Command, Part, Process, Substitution, Variable, Word
from secguard.shell import Script as Shell
from secguard.shell.words import assignment
from secguard.source.node import Node

MAX_DEPTH = 20
"""Commands that a text is followed through in one place."""

_FILE = "file "
_SUBST = ["env", "subst"]
_DEFAULTS = (":-", "-", ":=", "=")
_DECLARATIONS = frozenset(("declare", "export", "local", "readonly", "typeset"))


class Flow:
    """What the variables of one script hold, place by place, in all jobs where that is the same."""

    def __init__(self, script: Script, shell: Shell, inherited: Mapping[str, Taint]) -> None:
        """Read the script's assignments; `inherited` is what its environment holds."""
        self.script = script
        """The script in the first of the jobs."""
        self.shell = shell
        self.jobs: list[Job] = []
        self.exported: dict[str, Taint] = {}
        """What it hands to later steps through `$BASH_ENV`."""
        self._inherited = inherited
        self._events: dict[str, tuple[list[int], list[Taint | None]]] = {}
        for command in shell.commands():
            self._read(command)
        for block in shell.block.blocks():
            self._file(block, block.end)

    def place(self, start: int, end: int, note: str = "") -> Location:
        """Point at a range of the script."""
        return self.script.text.at(start, end, note)

    def variable(self, name: str, at: int) -> Taint | None:
        """Give what a variable holds at an offset, if somebody else chose it."""
        offsets, taints = self._events.get(name, ((), ()))
        index = bisect_left(offsets, at)
        return taints[index - 1] if index else self._inherited.get(name)

    def file(self, path: str) -> Taint | None:
        """Give what the script wrote into a file, if somebody else chose it."""
        return self.exported.get(_FILE + path)

    def parts(self, word: Word, depth: int = 0) -> Iterator[tuple[Part, Taint]]:
        """Yield the expansions in a word that give a text of somebody else."""
        for part in _expansions(word):
            found = None
            if isinstance(part, Variable):
                found = None if harmless(part) else self.variable(part.name, part.start)
            elif isinstance(part, (Substitution, Process)):
                found = self._printed(part.script, depth + 1)
            if found is not None:
                yield part, found

    def word(self, word: Word, depth: int = 0) -> Taint | None:
        """Give the first text of somebody else in a word."""
        return next((taint for _, taint in self.parts(word, depth)), None)

    def output(self, command: Command | Block, depth: int = 0) -> Taint | None:
        """Give what a command prints, if somebody else chose it."""
        if depth > MAX_DEPTH:
            return None
        if isinstance(command, Block):
            return self._printed(command, depth + 1)
        known = source(command)
        if known is not None:
            name, control = known
            return Taint(
                name, control, (self.place(command.start, command.end, "it is read here"),)
            )
        if cleans(command) or quotes(command):
            return None
        if command.name in PASSERS:
            held = (self.variable(_FILE + word.text, word.start) for word in command.args)
            taint = next((one for one in held if one is not None), None)
            if taint is not None:
                return taint
        if command.name == "circleci" and [word.text for word in command.args[:2]] == _SUBST:
            return self._substituted(command, depth + 1)
        if command.name in PRINTERS or command.name in NAMES_PATHS:
            found = (self.word(word, depth + 1) for word in command.args)
            return next((taint for taint in found if taint is not None), None)
        passes = command.name in PASSERS or not command.words  # as `$(< file)` does
        return self.input(command, depth + 1) if passes else None

    def input(self, reader: Command | Block, depth: int = 0) -> Taint | None:
        """Give what a command reads, if somebody else chose it."""
        if depth > MAX_DEPTH or reader.pipeline is None:
            return None
        for redirect in reversed(reader.redirects):
            if redirect.operator.startswith("<<") and redirect.operator != "<<<":
                body = None if redirect.quoted else redirect.body
                return self.word(body, depth + 1) if body is not None else None
            if redirect.operator.startswith("<"):
                held = self.variable(_FILE + redirect.target.text, redirect.start)
                return held or self.word(redirect.target, depth + 1)
        line = reader.pipeline
        if reader.index:
            return self.output(line.members[reader.index - 1], depth + 1)
        outer = line.block
        closed = outer.captured or outer.owner is not None or outer.kind == "function"
        return None if closed else self.input(outer, depth + 1)

    def _substituted(self, command: Command, depth: int) -> Taint | None:
        """`circleci env subst` puts variables into a text that came in single quotes."""
        texts = [word.text for word in command.args]
        for name in (variable.name for word in command.args for variable in word.variables()):
            texts.extend(
                entry.value.text
                for entry in self.script.job.all_environment(self.script.step)
                if entry.name == name
            )
        for name in (name for text in texts for name in NAMES.findall(text)):
            taint = self.variable(name, command.start)
            if taint is not None:
                place = self.place(command.start, command.end, f"{name!r} is put in here")
                return taint.after(place)
        return self.input(command, depth)

    def _file(self, writer: Command | Block, at: int) -> None:
        """Note what a file holds under a name that no variable has."""
        for redirect in writer.redirects:
            target = redirect.target.text
            if output(redirect) and not target.startswith("/dev/"):
                taint = self.output(writer)
                if taint is not None:
                    taint = taint.after(
                        self.place(writer.start, redirect.end, "a file takes it here")
                    )
                    self._note(_FILE + target, at, taint)
                    self.exported[_FILE + target] = taint

    def _printed(self, block: Block, depth: int) -> Taint | None:
        if depth > MAX_DEPTH:
            return None
        for line in block.pipelines:
            found = self.output(line.members[-1], depth + 1) if line.members else None
            if found is not None:
                return found
        return None

    def _read(self, command: Command) -> None:
        if not command.words:
            for made in command.assignments:
                self._set(command, made.name, made.end, self._value(made.value))
        elif command.name in _DECLARATIONS:
            for word in command.args:
                given = assignment(word)
                if given is not None:
                    self._set(command, given.name, given.end, self._value(given.value))
        elif command.name == "read":
            taint = self.input(command)
            for word in command.args:
                if word.literal and not word.literal.startswith("-"):
                    self._set(command, word.literal, command.end, taint)
        for compared in checked(command):
            for variable in compared.variables():
                self._note(variable.name, command.end, None)
        if written(command):
            self._export(command)
        else:
            self._file(command, command.end)

    def _value(self, word: Word) -> Taint | None:
        for part, taint in self.parts(word):
            if len(word.parts) > 1 or (isinstance(part, Variable) and part.operator in _DEFAULTS):
                return replace(taint, alone=False)
            return taint
        return None

    def _set(self, command: Command, name: str, at: int, taint: Taint | None) -> None:
        if taint is not None:
            place = self.place(command.start, command.end, f"{name!r} takes it here")
            self._note(name, at, taint.after(place))
        elif command.block.kind in ("script", "{") and not command.conditional:
            # NOTE: anywhere else it may not run, and `+=` keeps what is there.
            if "+=" not in command.source[command.start : at]:
                self._note(name, at, None)

    def _note(self, name: str, at: int, taint: Taint | None) -> None:
        offsets, taints = self._events.setdefault(name, ([], []))
        if offsets and offsets[-1] > at:
            at = offsets[-1]
        offsets.append(at)
        taints.append(taint)

    def _export(self, command: Command) -> None:
        bodies = [redirect.body for redirect in command.redirects if redirect.body is not None]
        for word in (*command.args, *bodies):
            for name, value, names in exports(word.text):
                held = [self.variable(one, command.start) for one in names]
                taint = next((one for one in held if one is not None), None)
                if taint is None and ("$(" in value or "`" in value):
                    taint = self.word(word)
                if taint is not None:
                    place = self.place(word.start, word.end, f"{name!r} takes it for later steps")
                    self.exported[name] = taint.after(place)


def flows(scripts: tuple[Script, ...], root: Node) -> tuple[Flow, ...]:
    """Follow the variables through all scripts for a POSIX shell; `root` is the config."""
    found: dict[Hashable, Flow] = {}
    job: Job | None = None
    handed: dict[str, Taint] = {}
    for script in scripts:
        if script.job is not job:
            job, handed = script.job, {}
        if script.shell is None:
            continue
        held = {**_environment(script, root), **handed}
        own = id(job) if "env subst" in script.text.text else 0
        key = (id(script.shell), id(script.text.node), frozenset(held.items()), own)
        if key not in found:
            found[key] = Flow(script, script.shell, held)
        found[key].jobs.append(script.job)
        handed.update(found[key].exported)
    return tuple(found.values())


def _environment(script: Script, root: Node) -> dict[str, Taint]:
    held = {name: Taint(name, control) for name, control in BUILT_IN.items()}
    for entry in script.job.all_environment(script.step):
        taint = tainted(entry.value, root)
        if taint is None:
            held.pop(entry.name, None)
        else:
            held[entry.name] = taint.after(entry.node.location(f"{entry.name!r} takes it here"))
    return held


def _expansions(word: Word) -> Iterator[Variable | Substitution | Process]:
    """Yield what a word expands; a number, as arithmetic gives it, is nobody's text."""
    end = -1
    for part in word.all_parts():
        if isinstance(part, Arithmetic):
            end = part.end
        elif part.start >= end and isinstance(part, (Variable, Substitution, Process)):
            yield part
