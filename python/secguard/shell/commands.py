"""Simple commands, and what surrounds them: pipelines and blocks.

Pipelines and blocks are filled in while a script is read and do not change afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Iterator, Sequence

from secguard.shell.redirects import Redirect, copies, destination
from secguard.shell.words import Assignment, Word

_NEAR = 50  # how far to look along a pipeline, so that asking stays cheap for any script


class Pipeline:
    """Commands joined by `|`, and the operators around them."""

    def __init__(self, block: Block, before: str) -> None:
        """Start with no members."""
        self.block = block
        self.before = before
        """The operator that joins it to the pipeline before it: `&&`, `||` or nothing."""
        self.after = ""
        """The operator that ends it: `&&`, `||`, `;`, `&` or nothing."""
        self.negated = False
        self.members: list[Command | Block] = []


class Block:
    """Commands that belong together: a script, a loop, a subshell, a function, a `$(…)`."""

    def __init__(self, kind: str, start: int, parent: Block | None = None) -> None:
        """Start with nothing in it."""
        self.kind = kind
        """The word that opens it (`if`, `{`, `(`, …), or `function`, `substitution`,
        `process substitution`, `coproc`, `script`, and for text that another shell reads
        `sh -c`, `eval`, `ssh`, `trap` or `heredoc`."""
        self.start = start
        self.end = start
        self.parent = parent
        self.name = ""
        """The name of the function."""
        self.head: list[Word] = []
        """The list of a `for`, the subject and patterns of a `case`."""
        self.pipelines: list[Pipeline] = []
        self.nested: list[Block] = []
        """Blocks in the words of the commands."""
        self.redirects: tuple[Redirect, ...] = ()
        self.captured = False
        """True where the output becomes text, as in `$(…)`."""
        self.owner: Command | None = None
        """The command that runs the block, as `sh` does for `sh -c`."""
        self.pipeline: Pipeline | None = None
        self.index = 0
        self.execs: list[Command] = []
        """Each `exec` that redirects what follows."""

    @cached_property
    def destination(self) -> bool | None:
        """Say whether redirections send the output to the log; None without redirections."""
        return destination(self.redirects)

    def blocks(self) -> Iterator[Block]:
        """Yield this block and all blocks in it, in no special order."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            yield block
            waiting.extend(block.nested)
            for line in block.pipelines:
                waiting.extend(member for member in line.members if isinstance(member, Block))

    def commands(self) -> tuple[Command, ...]:
        """Give all commands in it, at any depth, in source order."""
        return self._commands

    @cached_property
    def _commands(self) -> tuple[Command, ...]:
        found = [
            member
            for block in self.blocks()
            for line in block.pipelines
            for member in line.members
            if isinstance(member, Command)
        ]
        return tuple(sorted(found, key=lambda command: command.start))


@dataclass(frozen=True, eq=False)
class Command:
    """One simple command, also `[[ … ]]` and `(( … ))`."""

    source: str = field(repr=False)
    start: int
    end: int
    assignments: tuple[Assignment, ...] = field(repr=False)
    """The assignments before the command, or the whole command."""
    words: tuple[Word, ...] = field(repr=False)
    """Everything but assignments and redirections, with wrappers such as `sudo`."""
    redirects: tuple[Redirect, ...] = field(repr=False)
    name: str = field(repr=False)
    """What is run, behind any wrappers and without directory; empty where that is not known."""
    argv_start: int
    """The index of the word that names it."""
    pipeline: Pipeline = field(repr=False)
    index: int
    """The place in the pipeline."""

    @property
    def raw(self) -> str:
        """Give the command as it is written, without the text of here-documents."""
        return self.source[self.start : self.end]

    @property
    def args(self) -> tuple[Word, ...]:
        """Give the words behind the name."""
        return self.words[self.argv_start + 1 :]

    @property
    def block(self) -> Block:
        """Give the innermost block that the command stands in."""
        return self.pipeline.block

    @property
    def negated(self) -> bool:
        """Say whether `!` stands before its pipeline."""
        return self.pipeline.negated

    @property
    def background(self) -> bool:
        """Say whether `&` ends its pipeline."""
        return self.pipeline.after == "&"

    @property
    def conditional(self) -> bool:
        """Say whether its pipeline follows `&&` or `||`."""
        return self.pipeline.before != ""

    @property
    def nested(self) -> str | None:
        """Name the innermost substitution or string that it stands in, as `Block.kind` does."""
        for block in self._around():
            if block.captured or block.owner or block.kind == "process substitution":
                return block.kind
        return None

    @property
    def in_function(self) -> str | None:
        """Name the innermost function that it stands in."""
        return next((block.name for block in self._around() if block.kind == "function"), None)

    @property
    def piped_into(self) -> tuple[Command, ...]:
        """Give the commands that can read its output through pipes, nearest first."""
        found: list[Command] = []
        item: Command | Block | None = self
        while item and item.pipeline and item.destination is None:
            after = item.index + 1
            found += _commands(item.pipeline.members[after : after + _NEAR])
            item = _outer(item.pipeline.block)
        return tuple(found[:_NEAR])

    @property
    def piped_from(self) -> tuple[Command, ...]:
        """Give the commands whose output it can read through pipes, in source order."""
        found: list[Command] = []
        item: Command | Block | None = self
        while item and item.pipeline:
            first = max(0, item.index - _NEAR)
            found = _commands(item.pipeline.members[first : item.index]) + found
            item = _outer(item.pipeline.block)
        return tuple(found[-_NEAR:])

    def stdout_goes_to_log(self) -> bool:
        """Say whether what it writes to standard output ends up in the step's log.

        Output that is piped into a command that passes on what it reads follows that command.
        """
        return self._stdout is True

    @property
    def captured_in(self) -> Block | None:
        """Give the `$(…)` that its standard output, through pipes and filters, is the text of."""
        return self._stdout if isinstance(self._stdout, Block) else None

    @cached_property
    def _stdout(self) -> Block | bool:
        item: Command | Block | None = self
        for _ in range(_NEAR):
            if item is None or item.pipeline is None:
                return True
            if item.destination is not None:
                return item.destination
            line = item.pipeline
            if item.index + 1 < len(line.members):
                item = line.members[item.index + 1]
                if not copies(item):
                    return False
                continue
            for command in reversed(line.block.execs):
                if command.start < item.start and command.destination is not None:
                    return command.destination
            if line.block.captured:
                return line.block
            item = _outer(line.block)
        return False

    @cached_property
    def destination(self) -> bool | None:
        """Say whether redirections send the output to the log; None without redirections."""
        return destination(self.redirects)

    def _around(self) -> Iterator[Block]:
        block: Block | None = self.block
        while block:
            yield block
            block = block.parent


def _outer(block: Block) -> Command | Block | None:
    return block.owner or (block if block.pipeline else None)


def _commands(members: Sequence[Command | Block]) -> list[Command]:
    found: list[Command] = []
    for member in members:
        found.extend(member.commands()[:_NEAR] if isinstance(member, Block) else (member,))
    return found
