"""Turns what the user names into configs to check."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Mapping

from secguard.circleci.assemble import assemble
from secguard.circleci.config import Config, fragment, kind_of, make_config
from secguard.circleci.expand import Settled
from secguard.circleci.orbs import OrbStore
from secguard.finding import Location, Problem, Source
from secguard.policy import NAME, Policy
from secguard.source.discover import Found, discover, read, read_stream
from secguard.source.node import Node
from secguard.source.text import ReadError, TextFile
from secguard.source.tree import parse

STDIN = "-"
STDIN_NAME = "<stdin>"


@dataclass(frozen=True)
class Sources:
    """What there is besides the files themselves."""

    store: OrbStore | None = None
    settled: Settled | None = None
    compiled: Node | None = None
    """The config as CircleCI compiled it."""
    compiled_from: Mapping[tuple[str, ...], Node] = field(default_factory=dict)
    """The same for several, by the lines of what each was compiled from."""
    policy: Policy = field(default_factory=Policy)
    edited: Mapping[str, TextFile] = field(default_factory=dict)
    """Texts that stand for the files of these names."""


@dataclass
class Loaded:
    """The configs that were read, and what was not."""

    configs: list[Config] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def load(paths: tuple[str, ...], sources: Sources | None = None) -> Loaded:
    """Read and expand everything that the paths stand for; never raises for bad input."""
    loaded = Loaded()
    sources = sources or Sources()
    if sources.compiled is not None:
        file = sources.compiled.file
        loaded.sources[file.uri] = file.source
    packed = _Packed()
    for name in paths:
        if name == STDIN:
            try:
                _file(loaded, read_stream(sys.stdin.buffer, STDIN_NAME), True, sources)
            except ReadError as error:
                _unread(loaded, error)
            continue
        for found in discover((name,)):
            if isinstance(found, Problem):
                loaded.problems.append(found)
            elif found.path.name == "@orb.yml":
                _tree(loaded, found, "orb", sources)
            elif not found.named and packed.top(found.path, name) is not None:
                if packed.first(found.path, name):
                    top = packed.top(found.path, name)
                    uri = Path(found.uri).parent.as_posix()
                    if top is not None:
                        uri = _above(found, top)
                        _tree(loaded, Found(top / "@", uri + "/@", False), "", sources)
            else:
                _one(loaded, found, sources)
    return loaded


def load_file(file: TextFile, sources: Sources) -> Loaded:
    """Read and expand a config that lies in no checkout; never raises for bad input."""
    loaded = Loaded()
    try:
        _file(loaded, file, True, sources)
    except ReadError as error:
        _unread(loaded, error)
    return loaded


class _Packed:
    """Folders below `.circleci` that the CLI packs into one config: they hold an `@` file."""

    def __init__(self) -> None:
        self._done: set[Path] = set()

    def top(self, path: Path, base: str) -> Path | None:
        found = None
        for folder in path.parents:
            if folder.name == ".circleci" or folder == Path(base):
                break
            if any(folder.glob("@*.yml")) or any(folder.glob("@*.yaml")):
                found = folder
            elif found is not None:
                break
        return found

    def first(self, path: Path, base: str) -> bool:
        top = self.top(path, base)
        if top is None or top in self._done:
            return False
        self._done.add(top)
        return True


def _above(found: Found, top: Path) -> str:
    depth = len(found.path.relative_to(top).parts)
    return Path(found.uri).parents[depth - 1].as_posix()


def _one(loaded: Loaded, found: Found, sources: Sources) -> None:
    try:
        file = sources.edited.get(found.uri) or read(found.path, found.uri)
        _file(loaded, file, found.named, sources)
    except ReadError as error:
        _unread(loaded, error)


def _unread(loaded: Loaded, error: ReadError) -> None:
    loaded.problems.append(Problem(error.where, error.message, error.hint))


def _file(
    loaded: Loaded,
    file: TextFile,
    named: bool,
    sources: Sources,
) -> None:
    loaded.sources[file.uri] = file.source
    root = parse(file)
    kind = kind_of(root)
    if not kind or kind == "fragment":
        part = fragment(root)
        if part is not None:
            root, kind = part, "fragment"
    if kind:
        _add(loaded, root, kind, sources)
    elif named:
        loaded.problems.append(
            Problem(
                root.location(),
                "the file is no CircleCI config and no orb, so there was nothing to check",
                "name a file with `workflows`, `jobs`, `commands`, `executors` or `orbs`",
            )
        )
    elif PurePosixPath(file.uri).name != NAME:
        loaded.notes.append(f"{file.uri} is no CircleCI config and was left out")


def _tree(loaded: Loaded, found: Found, kind: str, sources: Sources) -> None:
    made = assemble(found.path.parent, Path(found.uri).parent.as_posix(), sources.edited)
    loaded.problems.extend(made.problems)
    for file in made.files:
        loaded.sources[file.uri] = file.source
    _add(loaded, made.root, kind or kind_of(made.root) or "fragment", sources)


def _add(loaded: Loaded, root: Node, kind: str, sources: Sources) -> None:
    try:
        compiled = sources.compiled
        if compiled is None and sources.compiled_from:
            compiled = sources.compiled_from.get(root.file.lines)
        config = make_config(root, kind, sources.store, sources.settled, compiled, sources.policy)
    except ReadError as error:
        _unread(loaded, error)
        return
    loaded.configs.append(config)
    for orb in config.expansion.orbs:
        if orb.lines is not None:
            loaded.sources[orb.lines.uri] = orb.lines
    for mistake in config.expansion.errors:
        if mistake.incomplete:
            loaded.problems.append(Problem(mistake.where, mistake.message))
    for script in config.scripts:
        if script.shell is not None and script.shell.incomplete:
            where = Location(script.text.node.file.uri, script.text.node.span)
            loaded.problems.append(
                Problem(where, f"the script was not read to its end: {script.shell.incomplete}")
            )
