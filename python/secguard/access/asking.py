"""What all questions to the API share: who is asked, and what becomes of one without an answer."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, Protocol, TypeVar

from secguard.access.needs import needing
from secguard.access.words import joined, listed
from secguard.finding import Location, Problem
from secguard.net.failure import AskError, Failure

_SHOWN = 3

T = TypeVar("T")


class Asks(Protocol):
    """The API, or what stands for it."""

    @property
    def name(self) -> str:
        """The host, for people."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Ask for one thing; raise AskError where it cannot be had."""

    def pages(
        self, path: str, params: Mapping[str, str] | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Ask for a list; raise AskError where it breaks off."""


class Gaps:
    """Collects what could not be read of something, and makes one problem of each reason."""

    def __init__(self, api: Asks, where: Location, name: str, wanted: frozenset[str] | None):
        """Begin with nothing missing; `wanted` are the parts to ask for, None for all."""
        self._host = api.name
        self._where = where
        self._name = name
        self._wanted = wanted
        self._found: dict[tuple[Failure, str], dict[str, list[str]]] = {}
        self._parts: dict[tuple[Failure, str], list[str]] = {}

    def wants(self, part: str) -> bool:
        """Say whether a part is to be asked for."""
        return self._wanted is None or part in self._wanted

    def ask(self, part: str, title: str, read: Callable[[], T]) -> T | None:
        """Read a part; None where it is not wanted, or where it could not be read."""
        if not self.wants(part):
            return None
        try:
            return read()
        except AskError as error:
            self.add(part, title, error)
            return None

    def add(self, part: str, title: str, error: AskError, item: str = "") -> None:
        """Keep that something could not be read: `title`, of which it is the `item`."""
        key = (error.failure, error.message)
        items = self._found.setdefault(key, {}).setdefault(title, [])
        if item:
            items.append(item)
        self._parts.setdefault(key, []).append(part)

    def problems(self) -> tuple[Problem, ...]:
        """Give one problem for each reason."""
        return tuple(
            Problem(
                self._where,
                f"{joined([_counted(*one) for one in titles.items()])} of '{self._name}' could "
                f"not be verified: {self._host} {reason}",
                _hint(failure, self._parts[(failure, reason)]),
            )
            for (failure, reason), titles in self._found.items()
        )


def _counted(title: str, items: list[str]) -> str:
    return f"{title} ({listed(sorted(items), _SHOWN)})" if items else title


def _hint(failure: Failure, parts: list[str]) -> str:
    if failure not in (Failure.FORBIDDEN, Failure.MISSING):
        return "run it again; if it stays so, see docs/access.md"
    rules = sorted({rule for part in parts for rule in needing(part)})
    hint = "give the token of somebody who may see it, see docs/access.md"
    return f"{hint}, or ignore the rules that need it: {', '.join(rules)}" if rules else hint
