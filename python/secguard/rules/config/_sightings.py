"""The same text in many places of a config, seen as one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Executor, Job
from secguard.circleci.values import Scalar
from secguard.finding import Location

MAX_OTHERS = 20
"""Other places that a finding lists."""


@dataclass(frozen=True)
class Sighting:
    """A text, with defaults put in, and where it stands."""

    text: str
    scalar: Scalar
    """The first place in the file."""
    others: tuple[Location, ...]

    def at(self, start: int = 0, note: str = "") -> Location:
        """Point at the text from an offset to its end, where it is written first."""
        if self.scalar.text != self.text:
            start = 0
        return self.scalar.at(start, len(self.scalar.text), note)


def sightings(values: Iterable[Scalar]) -> tuple[Sighting, ...]:
    """Gather texts, in the order of the file; empty ones are left out."""
    places: dict[str, dict[Location, tuple[Scalar, tuple[Location, ...]]]] = {}
    for value in values:
        if value.text:
            scalar = _written(value)
            where = scalar.at(0, len(scalar.text), "here as well")
            way = value.way(0, len(value.text))
            if scalar is not value:
                way = (value.at(0, len(value.text), "put in here"),)
            places.setdefault(value.assumed, {}).setdefault(where, (scalar, way))
    found = []
    for text, seen in places.items():
        first, *others = sorted(seen, key=lambda place: place.sort_key)
        scalar, way = seen[first]
        way = tuple(place for place in way if not _within(place, first))
        found.append(Sighting(text, scalar, (*way, *others)[:MAX_OTHERS]))
    return tuple(sorted(found, key=lambda one: one.at().sort_key))


def _within(place: Location, other: Location) -> bool:
    inner, outer = place.span, other.span
    if inner is None or outer is None or place.uri != other.uri:
        return False
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    return starts and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _written(value: Scalar) -> Scalar:
    if len(value.pieces) == 1:
        unknown = value.pieces[0].unknown
        if unknown is not None and unknown.default is not None and unknown.default.text:
            return unknown.default
    return value


def executors(config: Config) -> Iterator[tuple[Job | None, Executor]]:
    """Yield every executor that the config itself writes, with the job that runs in it."""
    for job in config.jobs:
        yield job, job.executor
    for executor in config.expansion.executors:
        yield None, executor


def machines(config: Config) -> Iterator[Executor]:
    """Yield the machine executors that CircleCI provides and the config itself writes."""
    for _, executor in executors(config):
        if executor.kind == "machine" and own(executor.orb) and not executor.self_hosted:
            yield executor


def own(orb: str) -> bool:
    """Say whether a part is written in the config itself: there, or in an orb inside it."""
    return not orb or orb.startswith("inline orb")
