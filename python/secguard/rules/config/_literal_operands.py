"""Literal values on command lines that a program takes as a password or a token."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Iterator

from secguard.secrets.hosts import is_local_host
from secguard.secrets.names import is_secret_name
from secguard.shell import Command, Word

_PAIR = re.compile(r"--?([A-Za-z][\w-]*)=(.+)|([A-Za-z_]\w*)=(.+)", re.DOTALL)
_LINE = re.compile(r"""(?:^|[\s"'])([A-Za-z_]\w*)=\\?["']?([^\s"'`$\\]+)""", re.MULTILINE)
_LOGIN = frozenset("buildah crane docker helm nerdctl oras podman skopeo".split())
_HOST = re.compile(r"https?://([^/:?#]+)")


@dataclass(frozen=True)
class Operand:
    """One literal value."""

    what: str
    """The option, the variable, or the command that takes it."""
    value: str = field(repr=False)
    start: int
    end: int
    name: str
    """What the value is for, by which it can be judged."""
    remote: bool
    """True where it opens something on another machine, so that no value is harmless."""


def literal_operands(command: Command) -> Iterator[Operand]:
    """Yield the literal values that a command gets for a password, a token or a variable."""
    login = command.name in _LOGIN and any(word.text == "login" for word in command.args)
    sshpass = command.name == "sshpass"
    local: bool | None = None
    what = f"{command.name} login" if login else command.name
    for word, following in zip(command.args, [*command.args[1:], None]):
        text = word.literal or ""
        next_text = (following.literal if following is not None else None) or ""
        pair = _PAIR.fullmatch(text)
        found: tuple[Word | None, str, str] = (None, "", "password")
        if (login and text in ("-p", "--password")) or (sshpass and text == "-p"):
            found = (following, next_text, "password")
        elif sshpass and text.startswith("-p"):
            found = (word, text[2:], "password")
        elif command.name == "curl" and text in ("-u", "--user"):
            local = _to_local_host(command) if local is None else local
            if not local:
                found = (following, next_text.partition(":")[2], "password")
        elif pair:
            found = (word, pair[2] or pair[4], pair[1] or pair[3])
        elif text.startswith("--") and not next_text.startswith("-"):
            found = (following, next_text, text[2:])
        given, value, name = found
        if given is not None and value and is_secret_name(name):
            remote = (login or sshpass) and name == "password"
            label = what if name == "password" else name
            yield Operand(label, value, *_range(given, value), name, remote)


def literal_lines(command: Command) -> Iterator[Operand]:
    """Yield the values in lines like `export NAME=value` that a command prints or writes."""
    texts = list(command.args) if command.name in ("echo", "printf") else []
    texts += [one.body for one in command.redirects if one.body is not None]
    for word in texts:
        for found in _LINE.finditer(word.raw):
            start, end = found.span(2)
            yield Operand(found[1], found[2], word.start + start, word.start + end, found[1], False)


def _range(word: Word, value: str) -> tuple[int, int]:
    at = word.raw.find(value)
    return (word.start + at, word.start + at + len(value)) if at >= 0 else (word.start, word.end)


def _to_local_host(command: Command) -> bool:
    hosts = [found[1] for found in map(_HOST.search, (one.text for one in command.args)) if found]
    return bool(hosts) and all(is_local_host(host) for host in hosts)
