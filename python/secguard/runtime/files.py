"""Lists the files under some paths and opens them, following no link that somebody left there."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import Iterable

from secguard.errors import SecguardError

_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass
class Listing:
    """What lies under some paths; names may hold secrets."""

    files: list[tuple[str, int]] = field(default_factory=list)
    """Files to be read, with their sizes."""
    others: list[tuple[str, str]] = field(default_factory=list)
    """What has no content of its own, and what it is instead."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Links, and where they lead."""
    failed: list[tuple[str, str]] = field(default_factory=list)
    """What cannot be read, and why."""


def list_files(paths: Iterable[str]) -> Listing:
    """List what lies under some paths, each in the order of the names."""
    listing = Listing()
    for path in dict.fromkeys(paths):
        root = os.path.realpath(path)
        waiting = [path]
        while waiting:
            name = waiting.pop()
            try:
                # A link that the user names is meant.
                info = os.stat(name) if name == path else os.lstat(name)
                if stat.S_ISDIR(info.st_mode):
                    below = sorted(os.listdir(name), reverse=True)
                    waiting += (os.path.join(name, one) for one in below)
                else:
                    _add(listing, name, info, root)
            except OSError as error:
                listing.failed.append((shown(name), reason(error)))
    return listing


def _add(listing: Listing, name: str, info: os.stat_result, root: str) -> None:
    if stat.S_ISREG(info.st_mode):
        listing.files.append((name, info.st_size))
    elif stat.S_ISLNK(info.st_mode):
        listing.links.append((shown(name), os.readlink(name)))
        real = os.path.realpath(name)
        if real != root and not real.startswith(os.path.join(root, "")):
            listing.others.append((shown(name), "a link that leads out of what is searched"))
    else:
        kind = next((kind for test, kind in _KINDS if test(info.st_mode)), "no file")
        listing.others.append((shown(name), kind))


def open_file(name: str, is_named: bool) -> int:
    """Open a file to be read; raise SecguardError where it is none any more.

    `is_named` says that the user named it, so that it may be a link.
    """
    flags = _FLAGS & ~getattr(os, "O_NOFOLLOW", 0) if is_named else _FLAGS
    handle = os.open(name, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SecguardError("it is no file any more")
    return handle


def reason(error: OSError) -> str:
    """Say why something cannot be read, without its name."""
    return f"it cannot be read: {(error.strerror or type(error).__name__).lower()}"


def shown(name: str) -> str:
    """Write a path as reports do."""
    name = name.replace(os.sep, "/")
    return name[2:] if name.startswith("./") else name
