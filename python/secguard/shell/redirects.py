"""Redirections, and where they send a command's output."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Mapping, Sequence

from secguard.shell.words import Literal, Process, Word

if TYPE_CHECKING:
    from secguard.shell.commands import Block, Command

_COPIERS = frozenset(
    "awk base32 base64 cat column cut egrep fold grep gzip head hexdump jq nl od rev sed sort tac"
    " tail tee tr ts uniq xxd yq".split()
)
# With these `grep` writes nothing of what it reads; other filters mean something else by them.
_SILENT = frozenset(("-q", "-c", "--quiet", "--silent", "--count"))


@dataclass(frozen=True, eq=False)
class Redirect:
    """One redirection, e.g. `2>&1`, `> file`, `<<EOF`."""

    start: int
    end: int
    operator: str
    fd: str
    """The number, or `{name}`, before the operator; or nothing."""
    target: Word
    """The file, the descriptor, the here-string, or the word that ends the here-document."""
    bodies: Mapping[int, Word] = field(repr=False)
    """The here-documents of the whole script by the offset of their operator."""

    @property
    def body(self) -> Word | None:
        """Give the text of the here-document."""
        return self.bodies.get(self.start)

    @property
    def quoted(self) -> bool:
        """Say whether the text of the here-document is taken as it is, without expansions."""
        return any(isinstance(part, Literal) and part.quoted for part in self.target.parts)


def copies(member: Command | Block) -> bool:
    """Say whether it is a filter that writes (some of) what it reads to standard output."""
    name = getattr(member, "name", "")
    said = [word.literal for word in getattr(member, "args", ())]
    if name in ("grep", "egrep"):
        return not any(word in _SILENT for word in said)
    if name == "openssl":
        return said[:1] in (["base64"], ["enc"]) and "-out" not in said
    return name in _COPIERS


def destination(redirects: Sequence[Redirect]) -> bool | None:
    """Say whether they send standard output to the log; None where they leave it as it is."""
    streams: dict[str, bool | None] = {"1": None, "2": True}
    for redirect in redirects:
        if redirect.operator.startswith("<"):
            continue
        target = redirect.target.text
        duplicates = redirect.operator == ">&" and (target == "-" or target.isdigit())
        lands = streams.get(target, False) if duplicates else _file(redirect.target, streams)
        streams[redirect.fd or "1"] = lands
        if "&" in redirect.operator and not duplicates:
            streams["2"] = lands
    return streams["1"]


def _file(target: Word, streams: Mapping[str, bool | None]) -> bool | None:
    path = target.text
    if path in ("/dev/tty", "/dev/console"):
        return True
    if path.startswith("/dev/"):
        name = {"/dev/stdout": "1", "/dev/stderr": "2"}.get(path, path[len("/dev/fd/") :])
        return streams.get(name, False)
    return any(
        copies(command)
        for part in target.parts
        if isinstance(part, Process)
        for command in part.script.commands()
    )
