"""Text that somebody else than the config's author chooses, and the way it took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator

from secguard.circleci.values import Control, Piece, Scalar, Unknown
from secguard.finding import Location
from secguard.source.node import Node

MAX_WAY = 12
"""Places of a way that are remembered."""


@dataclass(frozen=True)
class Taint:
    """A text that is not the config's own."""

    name: str
    """What it is, for people: a pipeline value, a variable, `the commit message`."""
    control: Control
    """Who chooses it."""
    way: tuple[Location, ...] = ()
    """Where it passed, the nearest place first."""
    alone: bool = True
    """False where other text stands around it, or takes its place where it is empty."""

    @property
    def actor(self) -> str:
        """Say who chooses it, in a few words."""
        return self.control.value.partition(":")[0]

    @property
    def one_word(self) -> bool:
        """True where it holds no blank, no line break and none of `*?[~^:\\`, as git wants it."""
        return self.control is Control.REF

    def described(self, variable: str = "") -> str:
        """Name it in a sentence, with the variable (`$NAME`) that holds it here."""
        name = f"'{self.name}'" if " " not in self.name else self.name
        if not variable:
            return name
        return (
            f"'{variable}'" if variable[1:] == self.name else f"'{variable}', which holds {name},"
        )

    def after(self, place: Location) -> Taint:
        """Give the same text as seen at one place further on."""
        return replace(self, way=(place, *self.way)[:MAX_WAY])


@dataclass(frozen=True)
class Paste:
    """A value that a template puts into a text."""

    unknown: Unknown
    start: int
    """The offset in the text."""
    node: Node
    """The scalar with the template that is nearest to the text."""
    way: tuple[Location, ...]
    """The templates that it came through, the nearest first, and where it is declared."""

    @property
    def where(self) -> Location:
        """The template that is nearest to the text."""
        return self.way[0]

    @property
    def taint(self) -> Taint:
        """The value as a text of somebody else, with the way up to the template."""
        return Taint(self.unknown.name, self.unknown.control, self.way[1:])


def pastes(text: Scalar, root: Node) -> Iterator[Paste]:
    """Yield what others choose in a text.

    `root` is the config. A pipeline parameter that it does not declare is left out: its type
    stands in some other file, and may be an enum or a boolean.
    """
    section = root.get("parameters") if root.is_map else None
    at = 0
    for piece in text.pieces:
        unknown = piece.unknown
        if unknown is not None and unknown.tainted:
            name = unknown.name.partition("pipeline.parameters.")[2]
            key = section.key(name) if name and section is not None and section.is_map else None
            if key is not None or not name:
                node = piece.uses[0].node if piece.uses else piece.node
                yield Paste(unknown, at, node, _way(piece, key))
        at += len(piece.text)


def tainted(text: Scalar, root: Node) -> Taint | None:
    """Give the first value in a text that somebody else chooses."""
    paste = next(pastes(text, root), None)
    if paste is None:
        return None
    return replace(paste.taint.after(paste.where), alone=len(text.pieces) == 1)


def _way(piece: Piece, key: Node | None) -> tuple[Location, ...]:
    way = [replace(place, note="it is handed on here") for place in piece.way()]
    way[0] = replace(way[0], note="it is pasted here")
    if key is not None:
        way.append(key.location("it is declared here as a string, so it can be any text"))
    return tuple(way)
