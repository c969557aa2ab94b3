"""Finds the files to read below what the user names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Iterator

from secguard.finding import Location, Problem
from secguard.source.text import MAX_BYTES, ReadError, TextFile

MAX_FILES = 2_000
"""More files than this below one directory are not read; the rest is a problem."""

_YAML = (".yml", ".yaml")
_SKIPPED = {".git", "node_modules", ".venv"}


@dataclass(frozen=True)
class Found:
    """A file to read, or the problem that stands in for it."""

    path: Path
    uri: str
    """The name in reports: as the user wrote it, with `/`."""
    named: bool
    """True where the user named the file itself."""


def discover(paths: tuple[str, ...]) -> Iterator[Found | Problem]:
    """Yield the files that the paths stand for, in a fixed order, each once.

    A directory stands for its orb source (`@orb.yml` in it or in its `src`) and for every YAML
    file below its `.circleci`; a directory that has neither, for every YAML file below it.
    Symbolic links are followed to files inside the directory only.
    """
    seen: set[str] = set()
    for name in paths:
        path = Path(name)
        if not path.exists():
            yield Problem(
                Location(_uri(path)), "there is no such file or directory", "name one that exists"
            )
        elif not path.is_dir():
            if _once(path, seen):
                yield Found(path, _uri(path), named=True)
        else:
            yield from _directory(path, seen)


def _directory(top: Path, seen: set[str]) -> Iterator[Found | Problem]:
    orbs = [path for path in _orb_roots(top) if _once(path, seen)]
    for orb in orbs:
        yield Found(orb, _uri(orb), named=False)
    settings = top / ".circleci"
    base = settings if settings.is_dir() else top
    if base is top and orbs:
        return
    count = 0
    for path in _walk(base):
        if any(orb.parent in path.parents or orb == path for orb in orbs):
            continue
        if not _inside(path, top):
            yield Problem(
                Location(_uri(path)),
                "the file is a symbolic link that leads out of the directory and was not read",
                "name the target itself to have it checked",
            )
        elif _once(path, seen):
            count += 1
            if count > MAX_FILES:
                yield Problem(
                    Location(_uri(base)),
                    f"the directory holds more than {MAX_FILES} YAML files; the others were "
                    "not read",
                    "name the directories to check one by one",
                )
                return
            yield Found(path, _uri(path), named=False)
    if not count and not orbs:
        yield Problem(
            Location(_uri(top)),
            "the directory holds no CircleCI config and no orb source",
            "name the directory that holds `.circleci/config.yml`, or the file itself",
        )


def _orb_roots(top: Path) -> Iterator[Path]:
    for folder in (top, top / "src", top / "src" / "orb"):
        root = folder / "@orb.yml"
        if root.is_file():
            yield root


def _walk(base: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(str(base)):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(files):
            if name.endswith(_YAML) and not name.startswith("._"):
                yield Path(folder, name)


def _inside(path: Path, top: Path) -> bool:
    if not path.is_symlink():
        return True
    try:
        path.resolve().relative_to(top.resolve())
    except (ValueError, OSError, RuntimeError):
        return False
    return True


def _once(path: Path, seen: set[str]) -> bool:
    key = os.path.realpath(str(path))
    if key in seen:
        return False
    seen.add(key)
    return True


def _uri(path: Path) -> str:
    return path.as_posix()


def read(path: Path, uri: str) -> TextFile:
    """Read a regular file; raise ReadError for what cannot or should not be read."""
    try:
        if not path.is_file():
            raise ReadError(Location(uri), "this is not a regular file and was not read")
        with path.open("rb") as stream:
            return read_stream(stream, uri)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReadError(Location(uri), f"the file cannot be read: {reason.lower()}") from None


def read_stream(stream: BinaryIO, uri: str) -> TextFile:
    """Read a stream to its end, but no further than the size limit."""
    return TextFile.decode(uri, stream.read(MAX_BYTES + 1))
