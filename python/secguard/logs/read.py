"""Searches one output, one artifact or one text, as it comes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Iterable, Iterator

from secguard.api.client import Api
from secguard.finding import Location, Problem
from secguard.logs.found import Searched
from secguard.logs.messages import ERR, OUT, Message, Messages
from secguard.logs.needles import LogNeedles
from secguard.net.failure import AskError, Failure
from secguard.runtime.content import Content, Hit
from secguard.runtime.inspect import Closed, Inspector
from secguard.runtime.scan import Scanned
from secguard.runtime.spots import Needles
from secguard.runtime.stream import Budget, Damaged, Over, Stream
from secguard.runtime.unpack import GZIP, codec, unpacked

HINT = "see whether it is still there, and whether the token may see it"

CUT = "CircleCI kept only a part of it"

_GONE = "it is not kept any more"
_ATTEMPTS = 2
_SLACK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How far a search goes."""

    most: int
    """How many bytes of one output or artifact are searched, unpacked ones included."""
    end: float
    """The moment, of the monotonic clock, when the time is over."""
    workers: int = 4
    """How many threads share the work."""
    artifacts: bool = True
    """False where artifacts are left out."""

    def is_late(self) -> bool:
        """Tell that the time is over."""
        return time.monotonic() > self.end


class Reader:
    """Reads from CircleCI and searches; several threads may use it."""

    def __init__(self, api: Api, needles: Needles, limits: Limits, engine: str = "auto") -> None:
        """Look for needles, with an engine of this name."""
        self.limits = limits
        self._api = api
        self._needles = needles
        self._log_needles = LogNeedles.of(needles, engine)

    def text(self, uri: str, text: str) -> Searched:
        """Search a text, and the name of its place."""
        found = Searched()
        self._search(self.named(uri, found), [(OUT, text)], found)
        return found

    def output(self, uri: str, url: str) -> Searched:
        """Search what a step wrote; its address is signed, so the token stays here."""

        def read(found: Searched) -> None:
            found.outputs = 1
            shown = self.named(uri, found)
            faults: list[Exception] = []
            try:
                messages = Messages(_until(faults, self._written(url)))
                self._search(shown, messages, found)
                if messages.is_cut:
                    found.closed.append(Closed(shown, CUT))
            except Damaged as damage:
                faults.append(damage)
            for fault in faults[:1]:
                if isinstance(fault, AskError):
                    raise fault
                found.closed.append(Closed(shown, str(fault)))

        found, error = self._tried(read)
        if error is not None:
            self._failed(uri, error, found, found.closed)
        return found

    def artifact(self, uri: str, url: str) -> Searched:
        """Search an artifact, and what it holds."""

        def read(found: Searched) -> None:
            limits = self.limits
            inspector = Inspector(self._needles, limits.most, limits.is_late)
            found.files = Scanned(inspector.hits, inspector.closed, files=1)
            pieces = filter(
                None, self._api.stream(url, authorised=True, limit=limits.most + _SLACK)
            )
            try:
                inspector.look(uri, lambda size: next(pieces, b""), limits.most)
            finally:
                found.files.members, found.size = inspector.members, inspector.size

        found, error = self._tried(read)
        if error is not None:
            self._failed(uri, error, found, found.files.closed)
        return found

    def _written(self, url: str) -> Iterator[bytes]:
        """Read an output; it may be stored compressed."""
        most = self.limits.most
        budget = Budget(most, most, self.limits.is_late)

        def counted() -> Iterator[bytes]:
            for piece in filter(None, self._api.stream(url, authorised=False, limit=most + _SLACK)):
                budget.take(len(piece))
                yield piece

        stream = Stream.of(counted())
        inflate = codec(GZIP) if stream.peek(len(GZIP)) == GZIP else None
        yield from (unpacked(stream, inflate, budget, GZIP) if inflate else stream).rest()

    def named(self, uri: str, found: Searched) -> str:
        """Search the name of a place, and give it as it may be shown."""
        shown, spots = self._log_needles.clean(uri)
        found.hits += dict.fromkeys(Hit.of(shown, spot, True) for spot in spots)
        return shown

    def problem(self, uri: str, message: str) -> Problem:
        """Say what was not read."""
        return Problem(Location(self._log_needles.clean(uri)[0]), message, HINT)

    def _search(self, uri: str, messages: Iterable[Message], found: Searched) -> None:
        contents: dict[str, Content] = {}
        try:
            for kind, text in messages:
                if kind not in contents:
                    place = f"{uri}!stderr" if kind == ERR else uri
                    contents[kind] = Content(self._log_needles, place, is_text=True)
                contents[kind].feed(text.encode("utf-8", "surrogatepass"))
        finally:
            for content in contents.values():
                found.hits += content.close()
                found.size += content.size

    def _tried(self, read: Callable[[Searched], None]) -> tuple[Searched, AskError | None]:
        """Read, and once more where the connection broke; also what was found until it did."""
        for _ in range(_ATTEMPTS):
            found, error = Searched(), None
            try:
                read(found)
            except AskError as fault:
                error = fault
            if error is None or error.failure is not Failure.UNREACHABLE or self.limits.is_late():
                break
        return found, error

    def _failed(self, uri: str, error: AskError, found: Searched, closed: list[Closed]) -> None:
        if error.failure is Failure.MISSING:
            closed.append(Closed(self._log_needles.clean(uri)[0], _GONE))
        else:
            message = f"this was not read to its end: its server {error.message}"
            found.problems.append(self.problem(uri, message))


def _until(faults: list[Exception], pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give pieces until something goes wrong, so that what came before is searched as well."""
    try:
        yield from pieces
    except (AskError, Damaged, Over) as fault:
        faults.append(fault)
