"""Where in some bytes secrets stand, of variables and of known formats."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
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
        spots = [*self._exact(data)]
        if self.formats:
            taken = [(spot.start, spot.end) for spot in spots]
            for base, match in tokens(data, is_text, is_settings):
                start, end = base + match.secret_start, base + match.secret_end
                if not any(first < end and last > start for first, last in taken):
                    spots.append(Spot(start, end, self._token(match.format, data[start:end])))
        return sorted(spots, key=lambda spot: (spot.start, -spot.end))

    def clean(self, name: str) -> tuple[str, tuple[Spot, ...]]:
        """Mask what is secret in a name, and say what it is."""
        data = name.encode("utf-8", "surrogateescape")
        spots = self.find(data, True)
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

    def _exact(self, data: bytes) -> Iterator[Spot]:
        for at, pattern in self.engine.find(data):
            yield Spot(at, at + len(pattern), self.labels[pattern])
        for block in unwrapped(data):
            for at, pattern in self.engine.find(block.data):
                start, end = block.place(at), block.place(at + len(pattern) - 1) + 1
                if end - start > len(pattern):
                    yield Spot(start, end, self.labels[pattern])

    def _token(self, format: Format, token: bytes) -> Token:
        digest = ""
        if self.key:
            made = hmac.new(self.key, token, hashlib.sha256).hexdigest()
            digest = f"hmac:{made[:_DIGEST]}"
        return Token(format.title, digest, format in TOKENS)
