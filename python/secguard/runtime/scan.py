"""Searches all files under some paths for secrets."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Callable, Collection, Iterable, Sequence

from secguard.errors import SecguardError
from secguard.finding import Location, Problem
from secguard.runtime.content import Hit
from secguard.runtime.files import Listing, list_files, open_file, reason, shown
from secguard.runtime.inspect import Closed, Inspector
from secguard.runtime.spots import Needles
from secguard.runtime.stream import PIECE
from secguard.runtime.workers import share

_FEW_FILES = 64
_FEW_BYTES = 16 << 20
_LOST = Problem(
    Location("."),
    "a part of the files was not searched, since a worker ended early",
    "search fewer files at a time, or with --workers 1",
)


@dataclass(frozen=True)
class Limits:
    """How far a search goes."""

    most: int
    """How many bytes of one file are searched, unpacked ones included."""
    is_late: Callable[[], bool]
    """Tells that the time is over."""
    workers: int = 2
    """How many processes share the work."""


@dataclass
class Scanned:
    """What a search found, and what it did not look into."""

    hits: list[Hit] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    members: int = 0
    size: int = 0


def scan(paths: Sequence[str], needles: Needles, limits: Limits) -> Scanned:
    """Search files, and what they hold, for secrets."""
    listing = list_files(paths)
    # The largest first, so that no worker is left alone with it.
    files = sorted(listing.files, key=lambda file: (-file[1], file[0]))
    named = frozenset(paths)

    def work(numbers: Iterable[int]) -> Scanned:
        return _search((files[number] for number in numbers), named, needles, limits)

    total = _others(listing, needles)
    few = len(files) < _FEW_FILES and sum(size for _, size in files) < _FEW_BYTES
    if few or limits.workers < 2 or not hasattr(os, "fork"):
        _add(total, work(range(len(files))))
    else:
        for data in share(len(files), limits.workers, lambda numbers: _dump(work(numbers))):
            _add(total, _load(data) if data is not None else Scanned(problems=[_LOST]))
    total.hits.sort(key=lambda hit: (hit.uri, hit.offset, hit.names, hit.what))
    return total


def _search(
    files: Iterable[tuple[str, int]], named: Collection[str], needles: Needles, limits: Limits
) -> Scanned:
    inspector = Inspector(needles, limits.most, limits.is_late)
    found = Scanned(inspector.hits, inspector.closed)
    late = 0
    for name, size in files:
        if limits.is_late():
            late += 1
            continue
        try:
            handle = open_file(name, name in named)
            try:
                inspector.look(shown(name), partial(os.read, handle), size, _line_ends(handle))
            finally:
                os.close(handle)
        except (OSError, SecguardError) as error:
            message = reason(error) if isinstance(error, OSError) else error.message
            found.problems.append(_problem(needles, shown(name), message))
        found.files += 1
    if late:
        message = f"{late} files were not searched, since the time of --max-seconds was over"
        found.problems.append(Problem(Location("."), message, "search less, or give it more time"))
    found.members, found.size = inspector.members, inspector.size
    return found


def _line_ends(handle: int) -> Callable[[int], int] | None:
    """Count the line ends before places in a file, from the first to the last, if there is need."""
    if not hasattr(os, "pread"):
        return None
    at = ends = 0

    def before(place: int) -> int:
        nonlocal at, ends
        while at < place:
            data = os.pread(handle, min(PIECE, place - at), at)
            if not data:
                break
            at += len(data)
            ends += data.count(b"\n")
        return ends

    return before


def _others(listing: Listing, needles: Needles) -> Scanned:
    found = Scanned()
    found.closed += (Closed(needles.clean(name)[0], why, False) for name, why in listing.others)
    found.problems += (_problem(needles, name, why) for name, why in listing.failed)
    for name, target in listing.links:
        spots = needles.clean(target)[1]
        found.hits += (Hit.of(needles.clean(name)[0], spot, True) for spot in spots)
    return found


def _problem(needles: Needles, name: str, why: str) -> Problem:
    return Problem(Location(needles.clean(name)[0]), why, "correct the path or its permissions")


def _add(total: Scanned, more: Scanned) -> None:
    for name, value in vars(more).items():
        setattr(total, name, getattr(total, name) + value)


def _dump(found: Scanned) -> bytes:
    return json.dumps(asdict(found)).encode()


def _load(data: bytes) -> Scanned:
    parts: dict[str, Any] = json.loads(data)
    parts["hits"] = [Hit(**{**one, "names": tuple(one["names"])}) for one in parts["hits"]]
    parts["closed"] = [Closed(**one) for one in parts["closed"]]
    parts["problems"] = [
        Problem(Location(one["where"]["uri"]), one["message"], one["hint"])
        for one in parts["problems"]
    ]
    return Scanned(**parts)
