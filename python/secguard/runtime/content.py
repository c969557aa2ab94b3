"""Searches the content of one file, or of one member of an archive, as it comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable

from secguard.runtime.patterns import Label
from secguard.runtime.spots import Needles, Spot, Token
from secguard.runtime.tokens import LEAD

# What fits into the cache of a core is searched faster.
_CHUNK = 1 << 18
_SLACK = 32
_TEXT = 2048


@dataclass(frozen=True)
class Hit:
    """A secret that was found; holds nothing that must not be shown."""

    uri: str
    """The file, and the way through archives; what is secret in it is masked."""
    names: tuple[str, ...]
    """The variables that hold it; empty for a token that none holds."""
    what: str
    """The title of a token's format; how the value comes from the variable, empty for all of it."""
    form: str
    """The name of the value's form; a token's digest."""
    is_sure: bool = True
    """False for a token that what stands around it makes one."""
    in_name: bool = False
    """True where it stands in the name of the file."""
    offset: int = 0
    """Where it begins; -1 beside the members of an archive."""
    line: int = 0
    """Its line, from 1; 0 where there are none."""
    column: int = 0
    length: int = 0
    """How much of the line it takes."""
    count: int = 1
    """How often it is there."""

    @classmethod
    def of(cls, uri: str, spot: Spot, in_name: bool = False) -> Hit:
        """Describe what is found in a spot."""
        secret = spot.secret
        if isinstance(secret, Token):
            return cls(uri, (), secret.title, secret.digest, secret.is_sure, in_name)
        return cls(uri, secret.names, secret.origin, secret.form, True, in_name)


class Content:
    """Collects what is found in bytes that are fed in pieces."""

    def __init__(
        self,
        needles: Needles,
        uri: str,
        is_settings: bool = False,
        *,
        is_text: bool | None = None,
        line_ends: Callable[[int], int] | None = None,
    ) -> None:
        """Search for needles; in settings, names of variables tell what tokens are.

        Whether it is text, the beginning tells unless somebody knows. Line ends are counted in all
        pieces, or by somebody who can say how many there are before a place when it matters.
        """
        self.size = 0
        """How much was fed."""
        self._needles = needles
        self._uri = uri
        self._is_settings = is_settings
        self._found: dict[Label | Token, Hit] = {}
        self._ends: dict[Label | Token, int] = {}
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._enough = max(_CHUNK, _SLACK * needles.hold)
        self._base = 0
        self._lead = 0
        self._line = 1
        self._line_ends = line_ends
        self._is_text = is_text

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        self._pieces.append(data)
        self._waiting += len(data)
        self.size += len(data)
        if self._waiting >= self._enough:
            self._search_most(self._waiting - self._needles.hold)

    def close(self) -> tuple[Hit, ...]:
        """Search what is left, and give all that was found."""
        self._search(b"".join(self._pieces), self._waiting)
        return tuple(self._found.values())

    def _search_most(self, limit: int) -> None:
        """Search for what begins before the limit; the rest is searched with what follows it."""
        data = b"".join(self._pieces)
        self._search(data, limit)
        rest = max(0, limit - LEAD)
        self._lead = limit - rest
        self._base += rest
        if self._is_text and self._line_ends is None:
            self._line += data.count(b"\n", 0, rest)
        self._pieces, self._waiting = [data[rest:]], len(data) - rest

    def _search(self, data: bytes, limit: int) -> None:
        if self._is_text is None:
            self._is_text = 0 not in data[:_TEXT]
        for spot in self._needles.find(data, self._is_text, self._is_settings and not self._base):
            if self._lead <= spot.start < limit:
                self._note(data, spot)

    def _note(self, data: bytes, spot: Spot) -> None:
        key = Label(spot.secret.names, "", "") if isinstance(spot.secret, Label) else spot.secret
        start, end = self._base + spot.start, self._base + spot.end
        if start < self._ends.get(key, 0):
            self._ends[key] = max(end, self._ends[key])
            return
        self._ends[key] = end
        known = self._found.get(key)
        if known is not None:
            self._found[key] = replace(known, count=known.count + 1)
            return
        hit = replace(Hit.of(self._uri, spot), offset=start)
        first = data.rfind(b"\n", 0, spot.start) + 1
        if self._is_text and (first or not self._base):
            if self._line_ends:
                self._line = 1 + self._line_ends(self._base)
            last = data.find(b"\n", spot.start, spot.end)
            hit = replace(
                hit,
                line=self._line + data.count(b"\n", 0, spot.start),
                column=_characters(data[first : spot.start]) + 1,
                length=_characters(data[spot.start : last if last >= 0 else spot.end]),
            )
        self._found[key] = hit


def _characters(data: bytes) -> int:
    return len(data.decode("utf-8", "replace"))
