"""Finds secrets in what terminals show: through colour codes, and where a line breaks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Iterator, Mapping, Pattern

from secguard.runtime.gaps import BOTH, COLOURS, ESCAPE, SEQUENCES, SPACES, places, squeezed
from secguard.runtime.patterns import Label
from secguard.runtime.search import Engine
from secguard.runtime.spots import Needles, Spot, apart

# Shorter ones turn up by chance where white space is left out.
_LEAST_BROKEN = 12
_SPREAD = 2048


@dataclass(frozen=True)
class LogNeedles(Needles):
    """What to look for in logs."""

    broken: Engine = field(default_factory=lambda: Engine(()))
    """Finds what lines may break, in a text without white space."""
    broken_labels: Mapping[bytes, Label] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, needles: Needles, engine: str = "auto") -> LogNeedles:
        """Look for the same as other needles, with an engine of this name."""
        labels: dict[bytes, Label] = {}
        for pattern, label in needles.labels.items():
            whole = squeezed(pattern)
            if len(whole) >= _LEAST_BROKEN:
                labels.setdefault(whole, label)
        known = (needles.engine, needles.labels, needles.formats, needles.key)
        return cls(*known, Engine(labels, engine), labels)

    @property
    def hold(self) -> int:
        """How much has to follow a place; what is interrupted takes more."""
        return super().hold * 2 + _SPREAD

    def find(self, data: bytes, is_text: bool, is_settings: bool = False) -> list[Spot]:
        """Give all spots; what is interrupted includes what interrupts it."""
        spots = [*self.values(data)]
        plain, gaps = data, SPACES
        if ESCAPE in data:
            # A token ends where its colour does; a value may change it halfway.
            parted = COLOURS.sub(b" ", data)
            found = self.tokens(parted, is_text, is_settings)
            spots += self._spread(data, list(found), COLOURS, 1)
            plain, gaps = SEQUENCES.sub(b"", data), BOTH
            spots += self._spread(data, list(self.values(plain)), SEQUENCES)
        else:
            spots += self.tokens(data, is_text, is_settings)
        broken = (
            Spot(at, at + len(pattern), self.broken_labels[pattern])
            for at, pattern in self.broken.find(squeezed(plain))
        )
        spots += self._spread(data, list(broken), gaps)
        return apart(spots)

    def _spread(
        self, data: bytes, spots: list[Spot], gaps: Pattern[bytes], left: int = 0
    ) -> Iterator[Spot]:
        """Give the places that spots have in the data with its gaps."""
        if not spots:
            return
        place = places(data, gaps, left)
        for spot in spots:
            start, end = place(spot.start), place(spot.end - 1) + 1
            if end - start <= self.hold:
                yield replace(spot, start=start, end=end)
