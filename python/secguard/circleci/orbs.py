"""Orbs: the sources that can be had, by exact version, and what cannot be had."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator

from secguard.circleci.model import ConfigError, OrbImport
from secguard.circleci.namespace import Namespace
from secguard.circleci.scope import Run, Scope
from secguard.circleci.values import Scalar
from secguard.errors import SecguardError
from secguard.source.discover import read
from secguard.source.node import Node
from secguard.source.text import TextFile
from secguard.source.tree import parse

MAX_NESTING = 5
"""Orbs in orbs; the limit that CircleCI documents for URL orbs."""

ORB_WORK = 1_000
"""What an import counts for."""

_PACKED = re.compile(r"([a-z0-9][a-z0-9_-]*)/([a-z0-9][a-z0-9_-]*@\w+(?:\.\w+)*)", re.ASCII)

Fetch = Callable[[str], "TextFile | None"]
"""Gives the packed source of an orb reference such as `circleci/node@5.1.0`, if it has it."""


@dataclass(frozen=True)
class OrbStore:
    """Where the sources of registry orbs come from, the first that has one wins."""

    fetches: tuple[Fetch, ...] = ()
    _known: dict[str, Node | SecguardError | None] = field(default_factory=dict, compare=False)

    def source(self, reference: str) -> Node | None:
        """Give an orb's source; raise SecguardError where it is there but cannot be read.

        Each orb is asked for once, whatever the answer is.
        """
        if reference not in self._known:
            self._known[reference] = self._fetched(reference)
        found = self._known[reference]
        if isinstance(found, SecguardError):
            raise found
        return found

    def _fetched(self, reference: str) -> Node | SecguardError | None:
        try:
            texts = (fetch(reference) for fetch in self.fetches)
            text = next((one for one in texts if one is not None), None)
            return parse(text) if text is not None else None
        except SecguardError as error:
            return error


def folder(top: Path) -> Fetch:
    """Take packed orb sources from a folder: `namespace/orb@version.yml` below it."""

    def fetch(reference: str) -> TextFile | None:
        match = _PACKED.fullmatch(reference)
        path = top / match[1] / f"{match[2]}.yml" if match else None
        return read(path, reference) if path is not None and path.is_file() else None

    return fetch


def newest(top: Path, reference: str) -> str:
    """Give the newest exact version in a folder that a reference allows; empty if there is none."""
    name, _, wanted = reference.partition("@")
    space, _, orb = name.partition("/")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*", name):
        return ""
    found = [path.stem.partition("@")[2] for path in (top / space).glob(f"{orb}@*.yml")]
    exact = [one for one in found if re.fullmatch(r"\d{1,6}\.\d{1,6}\.\d{1,6}", one, re.ASCII)]
    fit = [one for one in exact if wanted in ("", "volatile") or f"{one}.".startswith(f"{wanted}.")]
    return max(fit, key=lambda one: tuple(map(int, one.split("."))), default="")


def load(run: Run, root: Node, store: OrbStore) -> tuple[Namespace, tuple[OrbImport, ...]]:
    """Make the namespace of a config or an orb, with the orbs that it imports."""
    loader = _Loader(run, store)
    return loader.load(root, "", 0), tuple(loader.imports)


class _Loader:
    """Loads each orb once at each depth, however often it is imported."""

    def __init__(self, run: Run, store: OrbStore) -> None:
        self._run = run
        self._store = store
        self._known: dict[tuple[object, int], Namespace] = {}
        self.imports: list[OrbImport] = []

    def load(self, root: Node, label: str, depth: int) -> Namespace:
        home = Namespace(root, label)
        for alias, node in _entries(root):
            self._run.spend(ORB_WORK)
            if node.is_map:
                self._inline(home, alias, node, depth)
            elif node.is_scalar:
                value = self._run.value(node, Scope(home))
                if isinstance(value, Scalar):
                    self._registered(home, alias, node, value, depth)
        return home

    def _inline(self, home: Namespace, alias: str, node: Node, depth: int) -> None:
        # NOTE: orb-tools puts the packed orb in place of an empty mapping.
        seen = bool(node.pairs) and depth < MAX_NESTING
        name = f"inline orb {alias!r}" if node.pairs else alias
        home.references[alias] = name
        self.imports.append(OrbImport(alias, node, None, seen, home.label))
        home.orbs[alias] = self._once(id(node), node, name, depth + 1) if seen else None

    def _registered(
        self, home: Namespace, alias: str, node: Node, value: Scalar, depth: int
    ) -> None:
        reference = value.assumed
        home.references[alias] = value.display
        source = _source(self._run, self._store, reference, node) if depth < MAX_NESTING else None
        if source is None:
            home.orbs[alias] = None
            self.imports.append(OrbImport(alias, node, value, False, home.label))
            return
        file = source.file
        name = reference.partition("@")[0]
        exact = file.uri if file.uri.startswith(f"{name}@") else reference
        home.orbs[alias] = self._once(exact, source, exact, depth + 1)
        self.imports.append(OrbImport(alias, node, value, True, home.label, file.uri, file.source))

    def _once(self, key: object, root: Node, label: str, depth: int) -> Namespace:
        known = self._known.get((key, depth))
        if known is None:
            known = self.load(root, label, depth)
            self._known[key, depth] = known
        return known


def _source(run: Run, store: OrbStore, reference: str, node: Node) -> Node | None:
    try:
        return store.source(reference)
    except SecguardError as error:
        message = f"the orb {reference[:100]!r} cannot be read: {error.message}"
        where = node.location()
        run.errors[message, where] = ConfigError(message, where, incomplete=True)
        return None


def _entries(root: Node) -> Iterator[tuple[str, Node]]:
    section = root.get("orbs") if root.is_map else None
    if section is not None and section.is_map:
        yield from section.values()
