"""An edit of a text, and a fix: edits together with what they are meant to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Tuple, Union

from secguard.finding import Location
from secguard.source.node import Node
from secguard.source.text import TextFile

GONE = object()
"""Stands for the value of a key that a fix takes away."""

Path = Tuple[str, ...]
Data = Union[str, "dict[str, Data]", "list[Data]", Node, object]
"""A value after a fix: plain data, a node whose value stays, or `GONE`."""


@dataclass(frozen=True, order=True)
class Edit:
    """One range of a text, by offsets, and what comes in its place."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Fix:
    """One correction in one file."""

    rule: str
    title: str
    """What it does, as the end of a sentence that begins with `secguard fix`."""
    where: Location
    file: TextFile
    edits: tuple[Edit, ...]
    sets: tuple[tuple[Path, Data], ...] = ()
    """What the tree has afterwards at which place; everywhere else it stays as it was."""
    safe: bool = True
    """False where it may change what a job does, or needs a person's judgement."""

    @property
    def key(self) -> tuple[object, ...]:
        """Tell it from other fixes, also when lines have moved."""
        texts = tuple((self.file.text[one.start : one.end], one.text) for one in self.edits)
        return (self.rule, self.file.uri, self.title, tuple(path for path, _ in self.sets), texts)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits that do not overlap; of two at one place, the first given comes first."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, text[at:]))


def overlap(one: Fix, other: Fix) -> bool:
    """Say whether two fixes cannot be applied at once: they touch the same text, or one place."""
    if one.file.uri != other.file.uri:
        return False
    touch = (a.start <= b.end and b.start <= a.end for a in one.edits for b in other.edits)
    nest = (a[: len(b)] == b[: len(a)] for a, _ in one.sets for b, _ in other.sets)
    return any(touch) or any(nest)
