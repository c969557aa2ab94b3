"""Values after expansion: text in pieces, each of which knows where it came from."""

from __future__ import annotations

import bisect
import enum
from dataclasses import dataclass
from typing import Dict, Iterator, Mapping, Tuple, Union

from secguard.finding import Location
from secguard.source.node import Node

HOLE = "\ue000"
"""Stands in expanded text for a value that is not known before the pipeline runs."""


class Control(enum.Enum):
    """Who decides what an unknown value is."""

    OUTSIDER = "anyone who can open a pull request, push a commit or write a comment"
    REF = "whoever names a branch or a tag"
    CALLER = "whoever starts the pipeline: an API caller, a schedule, a setup workflow"
    USER = "whoever calls this definition"
    ACCOUNT = "whoever chooses an account name"
    OWNER = "the owner of the repository or the project"
    SAFE = "CircleCI"

    @property
    def free_text(self) -> bool:
        """True where the one in control can write shell syntax into the value."""
        return self in (Control.OUTSIDER, Control.REF, Control.CALLER)


@dataclass(frozen=True)
class Unknown:
    """A value that only the running pipeline knows."""

    name: str
    """As the config writes it, e.g. `pipeline.git.branch`."""
    type: str
    """`string`, `boolean`, `integer`, `number`, `enum`, `env_var_name`."""
    control: Control
    choices: tuple[str, ...] = ()
    """All values that an enum can have."""
    default: Scalar | None = None
    """What it is where nobody sets it."""

    @property
    def tainted(self) -> bool:
        """True for text that somebody else than the config's author can choose freely."""
        return self.type == "string" and self.control.free_text


@dataclass(frozen=True)
class Use:
    """One substitution: the template at which a value was put into a text."""

    node: Node
    start: int
    end: int

    def location(self, note: str = "") -> Location:
        """Point at the template."""
        return self.node.within(self.start, self.end, note)


@dataclass(frozen=True)
class Piece:
    """A run of text that stands in one place of one file, or one unknown value."""

    text: str
    node: Node
    start: int
    """Offset into the value of `node`, of the text or of the template that is unknown."""
    end: int
    uses: tuple[Use, ...] = ()
    """The templates that it came through, outermost first; empty for text written in place."""
    unknown: Unknown | None = None

    def location(self, start: int = 0, end: int | None = None, note: str = "") -> Location:
        """Point at a part of the text where it was written first."""
        if self.unknown is None and len(self.text) == self.end - self.start:
            stop = len(self.text) if end is None else end
            return self.node.within(self.start + start, self.start + stop, note)
        return self.node.within(self.start, self.end, note)

    def way(self) -> tuple[Location, ...]:
        """List the places that the text passed, from the template that is pasted to its source."""
        places = [use.location() for use in self.uses]
        places.append(self.location())
        return tuple(places)


class Scalar:
    """A scalar after expansion."""

    __slots__ = ("_starts", "name", "node", "pieces", "text", "type")

    def __init__(
        self, node: Node, pieces: tuple[Piece, ...], type: str = "str", name: str = ""
    ) -> None:
        """Join pieces; `node` is the scalar in the source in which they were put together."""
        self.node = node
        self.pieces = pieces
        self.type = type
        """`str`, `bool`, `int`, `float`, `null`, `timestamp`."""
        self.text = "".join(piece.text for piece in pieces)
        """The text, with `HOLE` for what is unknown."""
        self.name = name
        starts: list[int] = []
        at = 0
        for piece in pieces:
            starts.append(at)
            at += len(piece.text)
        self._starts = starts

    def __repr__(self) -> str:
        """Name the place, never the value: it may be a secret."""
        return f"<Scalar {self.node!r}>"

    @classmethod
    def of(cls, node: Node) -> Scalar:
        """Take a scalar node as it is, without looking for templates."""
        text = node.text
        pieces = (Piece(text, node, 0, len(text)),) if text else ()
        return cls(node, pieces, node.type)

    @property
    def known(self) -> bool:
        """True where no part is unknown."""
        return all(piece.unknown is None for piece in self.pieces)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """The unknown parts in order."""
        return tuple(piece.unknown for piece in self.pieces if piece.unknown)

    @property
    def display(self) -> str:
        """The text for people: unknown parts are written as templates."""
        return "".join(
            f"<< {piece.unknown.name} >>" if piece.unknown else piece.text for piece in self.pieces
        )

    @property
    def assumed(self) -> str:
        """The text with every unknown at its default; `HOLE` where there is none."""
        return "".join(
            piece.unknown.default.assumed
            if piece.unknown and piece.unknown.default is not None
            else piece.text
            for piece in self.pieces
        )

    def spans(self, start: int, end: int) -> Iterator[tuple[Piece, int, int]]:
        """Yield the pieces that a range of the text touches, with the range inside each."""
        if not self.pieces:
            return
        index = max(0, bisect.bisect_right(self._starts, start) - 1)
        while index < len(self.pieces):
            piece, at = self.pieces[index], self._starts[index]
            if at >= end and not (at == start == end):
                return
            low, high = max(start - at, 0), min(end - at, len(piece.text))
            if high > low or (start == end and high >= low):
                yield piece, low, high
            index += 1

    def unknown_at(self, offset: int) -> Piece | None:
        """Give the unknown piece at an offset into the text."""
        for piece, _, _ in self.spans(offset, offset + 1):
            return piece if piece.unknown else None
        return None

    def at(self, start: int, end: int, note: str = "") -> Location:
        """Point at a range of the text where it is written in the source.

        A range that lies in one piece is where that piece was first written; one that goes over
        several is where they were put together, templates included.
        """
        touched = list(self.spans(start, end))
        if not touched:
            return self.node.location(note)
        if len(touched) == 1:
            piece, low, high = touched[0]
            return piece.location(low, high, note)
        first, low, _ = touched[0]
        last, _, high = touched[-1]
        begin = first.uses[0].start if first.uses else first.start + _step(first, low)
        finish = last.uses[0].end if last.uses else last.start + _step(last, high)
        base = first.uses[0].node if first.uses else first.node
        return base.within(begin, finish, note)

    def way(self, start: int, end: int) -> tuple[Location, ...]:
        """List the templates through which the text of a range came, without its own place."""
        uses = (use for piece, _, _ in self.spans(start, end) for use in piece.uses)
        return tuple(dict.fromkeys(use.location("put in here") for use in uses))

    def through(self, use: Use, node: Node, *, whole: bool) -> Scalar:
        """Give the same text as seen where a template puts it in."""
        pieces = tuple(
            Piece(one.text, one.node, one.start, one.end, (use, *one.uses), one.unknown)
            for one in self.pieces
        )
        return Scalar(node, pieces, self.type if whole else "str")


def _step(piece: Piece, offset: int) -> int:
    if len(piece.text) == piece.end - piece.start:
        return offset
    return piece.end - piece.start if offset else 0


@dataclass(frozen=True)
class Mapped:
    """A mapping after expansion, in the order of the source."""

    node: Node
    entries: Mapping[str, tuple[Scalar, Value]]

    def get(self, key: str) -> Value | None:
        """Give the value of a key, if it is there."""
        pair = self.entries.get(key)
        return pair[1] if pair else None

    def scalar(self, key: str) -> Scalar | None:
        """Give the value of a key if it is a scalar other than null."""
        value = self.get(key)
        return value if isinstance(value, Scalar) and value.type != "null" else None


@dataclass(frozen=True)
class Listed:
    """A sequence after expansion."""

    node: Node
    items: tuple[Value, ...]


Value = Union[Scalar, Mapped, Listed]
Entries = Dict[str, Tuple[Scalar, Value]]


def members(value: Value | None) -> tuple[Value, ...]:
    """Give a sequence's members; a single value stands for a sequence of one."""
    if value is None or (isinstance(value, Scalar) and value.type == "null"):
        return ()
    return value.items if isinstance(value, Listed) else (value,)


def scalars(value: Value | None) -> Iterator[Scalar]:
    """Yield every scalar value below a value, shared ones once, keys left out."""
    stack = [value] if value is not None else []
    seen: set[int] = set()
    while stack:
        top = stack.pop()
        if id(top) in seen:
            continue
        seen.add(id(top))
        if isinstance(top, Scalar):
            yield top
        elif isinstance(top, Mapped):
            stack.extend(pair[1] for pair in reversed(list(top.entries.values())))
        else:
            stack.extend(reversed(top.items))
