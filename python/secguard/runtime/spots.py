"""Where in some bytes secrets stand, of variables and of known formats."""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Iterator, Mapping

from secguard.runtime.patterns import Label
from secguard.runtime.search import Engine
from secguard.runtime.tokens import LONGEST, tokens
from secguard.runtime.wrapped import unwrapped
from secguard.sanitize import MASK
from secguard.secrets.formats import Format
from secguard.secrets.tokens import TOKENS

_DIGEST = 8


@dataclass(frozen=True)
class Token:
    """A token that no variable holds, by its format."""

    title: str
    """What it opens."""
    digest: str
    """What tells it from others to those who have the key; empty without a key."""
    is_sure: bool
    """True where the token itself names its provider, whatever stands around it."""


@dataclass(frozen=True)
class Spot:
    """A part of some bytes that must not be seen."""

    start: int
    end: int
    secret: Label | Token


def apart(spots: list[Spot]) -> list[Spot]:
    """Sort spots, without the tokens that are a part of what a variable holds."""
    if len(spots) < 2:
        return spots
    spots = sorted(spots, key=lambda spot: (spot.start, -spot.end))
    held = [spot for spot in spots if isinstance(spot.secret, Label)]
    starts, ends = [spot.start for spot in held], [*accumulate((spot.end for spot in held), max)]

    def is_free(spot: Spot) -> bool:
        before = bisect_left(starts, spot.end)
        return not before or ends[before - 1] <= spot.start

    return [spot for spot in spots if isinstance(spot.secret, Label) or is_free(spot)]


@dataclass(frozen=True)
class Needles:
    """What to look for."""

    engine: Engine
    labels: Mapping[bytes, Label] = field(repr=False)
    formats: bool = True
    """True to look for tokens by their formats."""
    key: bytes = field(default=b"", repr=False)
    """What digests of tokens are made with; without it there are none."""

    @property
    def hold(self) -> int:
        """How much has to follow a place before what begins there can be judged."""
        return max(self.engine.longest * 5 // 4 + 256, LONGEST if self.formats else 0)

    def find(self, data: bytes, is_text: bool, is_settings: bool = False) -> list[Spot]:
        """Give all spots in the order of their places, the longest first."""
        return apart([*self.values(data), *self.tokens(data, is_text, is_settings)])

    def clean(self, name: str) -> tuple[str, tuple[Spot, ...]]:
        """Mask what is secret in a name, and say what it is."""
        data = name.encode("utf-8", "surrogateescape")
        spots = self.find(data, True)
        if not spots:
            return name, ()
        parts, at = [], 0
        for spot in spots:
            if spot.end > at:
                parts += [
                    data[at : max(at, spot.start)],
                    MASK.encode() if spot.start >= at else b"",
                ]
                at = spot.end
        cleaned = b"".join((*parts, data[at:]))
        return cleaned.decode("utf-8", "surrogateescape"), tuple(spots)

    def values(self, data: bytes) -> Iterator[Spot]:
        """Give the spots where the values of variables stand."""
        for at, pattern in self.engine.find(data):
            yield Spot(at, at + len(pattern), self.labels[pattern])
        for block in unwrapped(data):
            for at, pattern in self.engine.find(block.data):
                start, end = block.place(at), block.place(at + len(pattern) - 1) + 1
                if end - start > len(pattern):
                    yield Spot(start, end, self.labels[pattern])

    def tokens(self, data: bytes, is_text: bool, is_settings: bool) -> Iterator[Spot]:
        """Give the spots that look like tokens, also those that variables hold."""
        for base, match in tokens(data, is_text, is_settings) if self.formats else ():
            start, end = base + match.secret_start, base + match.secret_end
            yield Spot(start, end, self._token(match.format, data[start:end]))

    def _token(self, format: Format, token: bytes) -> Token:
        digest = ""
        if self.key:
            made = hmac.new(self.key, token, hashlib.sha256).hexdigest()
            digest = f"hmac:{made[:_DIGEST]}"
        return Token(format.title, digest, format in TOKENS)
