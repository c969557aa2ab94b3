"""Looks at what a job can see around its variables, in bounded time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

from secguard.finding import Location, Span
from secguard.runtime.environ import Variable
from secguard.runtime.snapshot import Process

_MOST = 1 << 20
_FILES = 50
_PROCESSES = 4096
_ARGUMENTS = 1 << 16
_CREDENTIALS = re.compile(
    r"(?P<url>://[^\s/@:]{0,200}:[^\s/@]{1,500}@)|(?i:extraheader[ \t]*=[ \t]*authorization:.*)"
)


def config_text(folder: Path) -> str:
    """Read all configs of a checkout as one text."""
    paths = sorted((folder / ".circleci").glob("**/*.yml"))[:_FILES]
    return "\n".join(map(read, paths))


def read(path: Path) -> str:
    """Read the beginning of a text; nothing where that is not possible."""
    try:
        if path.is_symlink() or not path.is_file():
            return ""
        with path.open("rb") as stream:
            return stream.read(_MOST).decode("utf-8", "replace")
    except OSError:
        return ""


def git_credentials(folder: Path) -> Iterator[Location]:
    """Give where git's settings of a checkout hold credentials."""
    path = folder / ".git" / "config"
    for number, line in enumerate(read(path).splitlines(), 1):
        match = _CREDENTIALS.search(line)
        if match:
            start, end = match.span()
            yield Location(path.as_posix(), Span(number, start + 1, number, end + 1))


def processes(variables: tuple[Variable, ...], own: int, proc: Path) -> Iterator[Process]:
    """Give the running processes whose command lines show values, without this one."""
    values = [(one.name, one.value.reveal().strip()) for one in variables if one.is_searchable]
    folders = sorted(int(path.name) for path in proc.glob("[0-9]*"))
    for number in folders[:_PROCESSES]:
        if number == own:
            continue
        try:
            with (proc / str(number) / "cmdline").open("rb") as stream:
                arguments = stream.read(_ARGUMENTS)
        except OSError:
            continue
        names = tuple(sorted(name for name, value in values if value in arguments))
        if names:
            yield Process(read(proc / str(number) / "comm").strip() or "process", names)
