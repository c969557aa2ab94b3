"""Gathers every image that a checkout names: in configs, Dockerfiles and compose files."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Iterator, Sequence

from secguard.circleci.config import Config
from secguard.finding import Location, Problem, Source
from secguard.images import compose, config, dockerfile
from secguard.images.commands import bare, built
from secguard.images.use import Use, merged
from secguard.source.discover import read
from secguard.source.text import ReadError, TextFile

MAX_ENTRIES = 200_000
"""Files and folders that are looked at below one folder; what comes after is a problem."""
MAX_FILES = 2_000
MAX_SIZE = 1_000_000
"""Characters of a Dockerfile or a compose file."""

_DOCKERFILE = re.compile(
    r"(?:dockerfile|containerfile)(?:[._-].*)?|.*\.(?:dockerfile|containerfile)", re.I
)
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[._-].*)?\.ya?ml", re.IGNORECASE)
_NEVER = re.compile(r".*(?:\.dockerignore|\.md|~)", re.IGNORECASE)
_SKIPPED = frozenset((".git", "node_modules", ".venv", "vendor", "site-packages", ".tox"))


@dataclass(frozen=True)
class Inventory:
    """What was found, and what was not read."""

    uses: tuple[Use, ...]
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]


def inventory(configs: Iterable[Config], paths: Sequence[str]) -> Inventory:
    """List the images of configs, and of the Dockerfiles and compose files below some folders."""
    uses: list[Use] = []
    own: set[str] = set()
    for one in configs:
        uses += config.uses_of(one)
        own |= built(one)
    problems: list[Problem] = []
    sources: list[Source] = []
    for found in _files(paths):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        path, reader = found
        uri = path.as_posix()
        try:
            file = read(path, uri)
            if len(file.text) > MAX_SIZE:
                raise ReadError(Location(uri), f"the file is longer than {MAX_SIZE} characters")
            named = list(reader(file))
        except ReadError as error:
            problems.append(Problem(error.where, error.message, error.hint))
            continue
        uses += (use for use in named if bare(use.text) not in own)
        if named:
            sources.append(file.source)
    return Inventory(merged(uses), tuple(problems), tuple(sources))


Reader = Callable[[TextFile], Iterator[Use]]


def reader_of(path: Path) -> Reader | None:
    """Choose how to read a file by its name; None for a name that says nothing of images."""
    if _NEVER.fullmatch(path.name):
        return None
    if _COMPOSE.fullmatch(path.name):
        return compose.uses_of
    return dockerfile.uses_of if _DOCKERFILE.fullmatch(path.name) else None


def _files(paths: Sequence[str]) -> Iterator[tuple[Path, Reader] | Problem]:
    seen: set[str] = set()
    for name in paths:
        path = Path(name)
        inside = _walk(path) if path.is_dir() else iter((path,) if path.is_file() else ())
        count = 0
        for one in inside:
            if isinstance(one, Problem):
                yield one
                continue
            reader = reader_of(one)
            real = os.path.realpath(str(one))
            if reader is None or real in seen:
                continue
            seen.add(real)
            count += 1
            if count > MAX_FILES:
                yield _cut(path, f"more than {MAX_FILES} Dockerfiles and compose files")
                break
            yield one, reader


def _walk(top: Path) -> Iterator[Path | Problem]:
    count = 0
    for folder, folders, files in os.walk(str(top)):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        count += len(folders) + len(files)
        if count > MAX_ENTRIES:
            yield _cut(top, f"more than {MAX_ENTRIES} files")
            return
        for name in sorted(files):
            path = Path(folder, name)
            if not path.is_symlink():  # NOTE: what it leads to is met by itself, if it is here
                yield path


def _cut(path: Path, what: str) -> Problem:
    message = f"the folder holds {what}; the others were not read for images"
    return Problem(Location(path.as_posix()), message, "name the folders one by one")
