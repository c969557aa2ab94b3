"""Orbs: the sources that can be had, by exact version, and what cannot be had."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

from secguard.circleci.model import ConfigError, OrbImport
from secguard.circleci.namespace import Namespace
from secguard.circleci.scope import Run, Scope
from secguard.circleci.values import Scalar
from secguard.errors import SecguardError
from secguard.source.discover import read
from secguard.source.text import TextFile
from secguard.source.tree import Node, parse

MAX_NESTING = 5
"""Orbs in orbs; the limit that CircleCI documents for URL orbs."""

Fetch = Callable[[str], "TextFile | None"]
"""Gives the packed source of an orb reference such as `circleci/node@5.1.0`, if it has it."""


@dataclass(frozen=True)
class OrbStore:
    """Where the sources of registry orbs come from, the first that has one wins."""

    fetches: tuple[Fetch, ...] = ()

    def source(self, reference: str) -> Node | None:
        """Give an orb's source; raises ReadError where it is there but cannot be read."""
        for fetch in self.fetches:
            text = fetch(reference)
            if text is not None:
                return parse(text)
        return None


def folder(top: Path) -> Fetch:
    """Take packed orb sources from a folder: `namespace/orb@version.yml` below it."""

    def fetch(reference: str) -> TextFile | None:
        name, at, version = reference.partition("@")
        parts = name.split("/")
        exact = version.replace(".", "").isalnum() and len(parts) == 2
        if not at or not exact or not all(part.replace("-", "").isalnum() for part in parts):
            return None
        path = top / parts[0] / f"{parts[1]}@{version}.yml"
        return read(path, reference) if path.is_file() else None

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


def load(
    run: Run, root: Node, store: OrbStore, label: str = "", depth: int = 0
) -> tuple[Namespace, tuple[OrbImport, ...]]:
    """Make the namespace of a config or an orb, with the orbs that it imports."""
    home = Namespace(root, label)
    imports: list[OrbImport] = []
    for alias, node in _entries(root):
        if node.is_map and not node.pairs:
            # NOTE: orb-tools puts the packed orb in place of an empty mapping.
            home.orbs[alias] = None
            home.references[alias] = alias
            imports.append(OrbImport(alias, node, None, False, label))
            continue
        if node.is_map:
            inner, nested = load(run, node, store, f"inline orb {alias!r}", depth + 1)
            home.orbs[alias] = inner if depth < MAX_NESTING else None
            home.references[alias] = f"inline orb {alias!r}"
            imports.append(OrbImport(alias, node, None, True, label))
            imports.extend(nested)
            continue
        if not node.is_scalar:
            continue
        value = run.value(node, Scope(home))
        if not isinstance(value, Scalar):
            continue
        reference = value.assumed
        home.references[alias] = value.display
        source = _source(run, store, reference, node) if depth < MAX_NESTING else None
        if source is None:
            home.orbs[alias] = None
        else:
            name = reference.partition("@")[0]
            exact = source.file.uri if source.file.uri.startswith(f"{name}@") else reference
            home.orbs[alias], nested = load(run, source, store, exact, depth + 1)
            imports.extend(nested)
        file = source.file if source is not None else None
        imports.append(
            OrbImport(
                alias,
                node,
                value,
                source is not None,
                label,
                file.uri if file else "",
                file.source if file else None,
            )
        )
    return home, tuple(imports)


def _source(run: Run, store: OrbStore, reference: str, node: Node) -> Node | None:
    try:
        return store.source(reference)
    except SecguardError as error:
        message = f"the orb {reference!r} cannot be read: {error.message}"
        where = node.location()
        run.errors[message, where] = ConfigError(message, where, incomplete=True)
        return None


def _entries(root: Node) -> Iterator[tuple[str, Node]]:
    section = root.get("orbs") if root.is_map else None
    if section is not None and section.is_map:
        yield from section.values()
