"""What CircleCI's own catalog says of machine images and Xcode versions today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Iterator

from secguard.net.failure import AskError, Failure
from secguard.net.wire import Wire
from secguard.oci.content import parse_json, untrusted

PATH = "/api/v3/catalog/offerings"
MAX_SIZE = 2 * 1024 * 1024

_EXECUTORS = ("linux", "windows", "macos")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,100}")


@dataclass(frozen=True)
class Offered:
    """The names in the catalog, those of Xcode versions beginning with `xcode:`."""

    names: frozenset[str]
    ending: frozenset[str] = frozenset()
    """Still offered, and announced to go."""


def offered(wire: Wire, host: str) -> Offered:
    """Ask a CircleCI host for its catalog; raise AskError where it gives none."""
    answer = wire.ask("GET", host + PATH, {"Accept": "application/json"}, MAX_SIZE)
    if answer.status in (401, 403):
        raise AskError(Failure.FORBIDDEN, f"gives no catalog of images ({answer.status})")
    if answer.status != 200:
        raise AskError(Failure.UNREACHABLE, f"answers with status {answer.status}")
    data = parse_json(answer.body)
    for key in ("data", "attributes"):
        data = data.get(key) if isinstance(data, dict) else None
    if not isinstance(data, dict):
        raise untrusted("sends a catalog of an unknown form")
    names = {name for key in _EXECUTORS for name in _names(data.get(key))}
    if not names:
        raise untrusted("sends a catalog that offers nothing")
    return Offered(frozenset(names), frozenset(_names(data.get("deprecated"))))


def _names(lists: Any) -> Iterator[str]:
    for listed in lists.values() if isinstance(lists, dict) else ():
        for name in listed if isinstance(listed, list) else ():
            if isinstance(name, str) and _NAME.fullmatch(name):
                yield name
