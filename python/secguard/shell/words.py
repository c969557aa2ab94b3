"""What a shell word is made of, and where each piece stands in the script's text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Iterator, Sequence, Union

if TYPE_CHECKING:
    from secguard.shell.commands import Block

HOLES = "\ue000-\uf8ff"
"""The characters, as a range in a character class, that stand for values pasted by CircleCI."""

_HOLE = re.compile(f"[{HOLES}]")
_ASSIGNED = re.compile(rf"([A-Za-z_{HOLES}][\w{HOLES}]*)(?:\[[^\]]*\])?\+?=", re.ASCII)


@dataclass(frozen=True)
class Literal:
    """Text that the shell takes as it is."""

    start: int
    end: int
    text: str = field(repr=False)
    """The text without its quotes and escapes."""
    quote: str
    """What quotes it: `'`, `"` (also an unquoted here-document), `$'`, a backslash, or nothing."""

    @property
    def quoted(self) -> bool:
        """Say whether the shell leaves blanks and patterns in the text alone."""
        return self.quote != ""


@dataclass(frozen=True)
class Variable:
    """A parameter expansion: `$NAME`, `${NAME:-default}`, `$1`, `$@`."""

    start: int
    end: int
    name: str
    quoted: bool
    operator: str = ""
    """What follows the name in braces: `:-`, `##`, `/`, or nothing."""
    argument: Word | None = None
    """What follows the operator: the default, the pattern, the offset."""
    length: bool = False
    """True for `${#NAME}`, which gives only the number of characters."""
    indirect: bool = False
    """True for `${!NAME}`, which gives the variable that NAME names."""


@dataclass(frozen=True)
class Substitution:
    """The output of commands: `$(…)` or between backquotes."""

    start: int
    end: int
    script: Block = field(repr=False)
    quoted: bool


@dataclass(frozen=True)
class Process:
    """A file name that stands for running commands: `<(…)` to read from, `>(…)` to write to."""

    start: int
    end: int
    script: Block = field(repr=False)
    direction: str


@dataclass(frozen=True)
class Arithmetic:
    """The value of `$((…))`, or the expression of a `((…))` command."""

    start: int
    end: int
    parts: tuple[Part, ...] = field(repr=False)
    quoted: bool


@dataclass(frozen=True)
class Array:
    """The values in the parentheses of `NAME=(…)`."""

    start: int
    end: int
    words: tuple[Word, ...] = field(repr=False)


Part = Union[Literal, Variable, Substitution, Process, Arithmetic, Array]


@dataclass(frozen=True, eq=False)
class Word:
    """One word of a command, or any other text in which the shell expands variables."""

    source: str = field(repr=False)
    """The whole text that the offsets count in."""
    start: int
    end: int
    parts: tuple[Part, ...] = field(repr=False)

    @property
    def raw(self) -> str:
        """Give the word as it is written."""
        return self.source[self.start : self.end]

    @cached_property
    def literal(self) -> str | None:
        """Give the text without quotes, or None where some of it is known only at run time."""
        text = ""
        for part in self.parts:
            if not isinstance(part, Literal):
                return None
            text += part.text
        return text

    @cached_property
    def text(self) -> str:
        """Give the text without quotes, and the expansions in it as they are written."""
        return "".join(
            part.text if isinstance(part, Literal) else self.source[part.start : part.end]
            for part in self.parts
        )

    @property
    def holes(self) -> tuple[int, ...]:
        """Give the offsets of all values that CircleCI pastes into the word."""
        return tuple(hole.start() for hole in _HOLE.finditer(self.source, self.start, self.end))

    def variables(self) -> Iterator[Variable]:
        """Yield the variables in source order, also those in defaults, but not in `$(…)`."""
        for part in self.all_parts():
            if isinstance(part, Variable):
                yield part

    def all_parts(self) -> Iterator[Part]:
        """Yield each part before the parts inside it; what is in `$(…)` belongs to commands."""
        waiting: list[Part] = list(reversed(self.parts))
        while waiting:
            part = waiting.pop()
            yield part
            inner: Sequence[Part] = ()
            if isinstance(part, Variable) and part.argument:
                inner = part.argument.parts
            elif isinstance(part, Arithmetic):
                inner = part.parts
            elif isinstance(part, Array):
                inner = [piece for word in part.words for piece in word.parts]
            waiting.extend(reversed(inner))


@dataclass(frozen=True, eq=False)
class Assignment:
    """`NAME=value`, before a command or as an argument of `export` and the like."""

    start: int
    end: int
    name: str
    value: Word
    exported: bool = False
    """True where the variable is handed to every command that follows."""


def assignment(word: Word, exported: bool = False) -> Assignment | None:
    """Read the word as `NAME=value`, if it is that."""
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal):
        return None
    match = _ASSIGNED.match(first.text)
    if not match or not word.source.startswith(match.group(), first.start):
        return None
    start = first.start + match.end()
    rest = first.text[match.end() :]
    parts = (Literal(start, first.end, rest, first.quote), *word.parts[1:])
    end = word.parts[-1].end if first.quoted else word.end
    value = Word(word.source, start, end, parts if rest else parts[1:])
    return Assignment(word.start, word.end, match.group(1), value, exported)
