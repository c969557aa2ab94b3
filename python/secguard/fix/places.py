"""Finds in a config what findings point at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as File
from typing import Iterable, Sequence

from secguard.circleci.config import Config
from secguard.circleci.model import Step
from secguard.circleci.script import Script
from secguard.circleci.values import Scalar
from secguard.finding import Finding, Location, Span
from secguard.fix.edit import Fix, Path
from secguard.fix.yaml_text import changed, is_flow, scalar_edits
from secguard.source.node import Node


@dataclass(frozen=True)
class Task:
    """What a fixer works on."""

    config: Config
    findings: tuple[Finding, ...]
    """What the rule reports and nobody suppressed."""
    fingerprints: tuple[str, ...] = ()
    """SSH keys that the user names."""
    orb_dir: File | None = None
    """Where packed orbs are kept."""

    @cached_property
    def spots(self) -> frozenset[tuple[str, Path]]:
        """The nodes that the findings point at, by file and way."""
        places = (place for one in self.findings for place in (one.where, *one.related))
        return frozenset((place.uri, place.path) for place in places)

    @cached_property
    def spans(self) -> frozenset[tuple[str, Span | None]]:
        """The ranges that the findings point at, by file."""
        places = (place for one in self.findings for place in (one.where, *one.related))
        return frozenset((place.uri, place.span) for place in places)

    @cached_property
    def tree(self) -> Tree:
        """The nodes of the config."""
        return Tree(self.config.root)

    def reported(self, node: Node) -> bool:
        """Say whether a finding points into a node."""
        return (node.file.uri, node.path) in self.spots

    def points_into(self, place: Location) -> bool:
        """Say whether a finding points at something in a range."""
        outer = place.span
        return outer is not None and any(
            uri == place.uri
            and span is not None
            and (outer.line, outer.column) <= (span.line, span.column)
            and (span.line, span.column) < (outer.end_line, outer.end_column)
            for uri, span in self.spans
        )

    def steps(self, kind: str) -> Iterable[tuple[Step, Node]]:
        """Give the steps of a kind that findings point at, each once, with the key or the step."""
        found: dict[int, tuple[Step, Node]] = {}
        for _, step in self.config.steps(kind):
            node = (step.node.key(kind) if step.node.is_map else None) or step.node
            where = node.location()
            if (where.uri, where.span) in self.spans:
                found.setdefault(id(step.node), (step, node))
        return found.values()


class Tree:
    """The nodes of a config, by file and way."""

    def __init__(self, root: Node) -> None:
        """Walk a tree; shared nodes are met once."""
        self.values: dict[tuple[str, Path], Node] = {}
        self.keys: dict[tuple[str, Path], Node] = {}
        self.scripts: set[str] = set()
        """Included files, which are no YAML."""
        waiting = [root]
        while waiting:
            node = waiting.pop()
            spot = (node.file.uri, node.path)
            if spot in self.values:
                continue
            self.values[spot] = node
            if node.verbatim:
                self.scripts.add(node.file.uri)
            waiting.extend(node.items)
            for key, value in node.pairs:
                self.keys.setdefault((key.file.uri, key.path), key)
                waiting.append(value)

    @cached_property
    def files(self) -> frozenset[str]:
        """The names of all files that the config is made of."""
        return frozenset(uri for uri, _ in self.values)

    def in_flow(self, node: Node) -> bool:
        """Say whether a node stands inside of brackets."""
        above = (self.values.get((node.file.uri, node.path[:n])) for n in range(len(node.path)))
        return any(one is not None and is_flow(one) for one in above)


def source_range(text: Scalar, start: int, end: int) -> tuple[int, int] | None:
    """Turn a range of an expanded text into one of its node's value.

    None where the range begins or ends inside of what a template puts in.
    """
    found: list[int] = []
    for offset, last in ((start, False), (end, True)):
        at = 0
        for piece in text.pieces:
            stop = at + len(piece.text)
            inside = at < offset <= stop if last else at <= offset < stop
            if inside:
                use = piece.uses[0] if piece.uses else piece
                whole = piece.uses or piece.unknown is not None
                if use.node is not text.node:
                    return None
                if not whole and len(piece.text) == piece.end - piece.start:
                    found.append(piece.start + offset - at)
                elif offset == (stop if last else at):
                    found.append(use.end if last else use.start)
                else:
                    return None
                break
            at = stop
    return (found[0], found[1]) if len(found) == 2 and found[0] <= found[1] else None


def script_fix(
    rule: str,
    title: str,
    script: Script,
    tree: Tree,
    changes: Sequence[tuple[int, int, str]],
    safe: bool,
) -> Fix | None:
    """Change ranges of a script as it runs where they are written.

    None where nothing changes, and where a range is not written in the script itself.
    """
    node = script.text.node
    found = []
    for start, end, new in changes:
        inside = source_range(script.text, start, end) if end > start else None
        if end == start:
            following = source_range(script.text, start, start + 1)
            inside = following and (following[0], following[0])
        if inside is None:
            return None
        found.append((*inside, new))
    if not found:
        return None
    first, last = found[0][0], max(end for _, end, _ in found)
    return Fix(
        rule,
        title,
        node.within(first, max(last, first + 1)),
        node.file,
        scalar_edits(node, found, tree.in_flow(node)),
        ((node.path, changed(node.value, found)),),
        safe,
    )
