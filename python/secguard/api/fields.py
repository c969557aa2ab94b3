"""Reads the fields of answers by type: what is not as it should be is unknown, never a guess."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Mapping

from secguard.net.failure import AskError, Failure
from secguard.sanitize import printable

Item = Mapping[str, Any]

MAX_TEXT = 1_000

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", re.ASCII | re.DOTALL)


def value(item: Any, *names: str) -> Any:
    """Give the first field there is, each name also with hyphens or underscores; None if none."""
    if not isinstance(item, Mapping):
        return None
    for name in names:
        for spelled in (name, name.replace("-", "_"), name.replace("_", "-")):
            if item.get(spelled) is not None:
                return item[spelled]
    return None


def has(item: Any, *names: str) -> bool:
    """Say whether there is such a field, be it empty: one that is missing may have a new name."""
    spelled = {name.replace("-", "_") for name in names}
    return isinstance(item, Mapping) and any(key.replace("-", "_") in spelled for key in item)


def text(item: Any, *names: str, limit: int = MAX_TEXT) -> str:
    """Read a text that is safe to show, cut at the limit; empty where there is none."""
    found = value(item, *names)
    return printable(found, limit) if isinstance(found, str) else ""


def needed(item: Any, *names: str) -> str:
    """Read a text without which the answer means nothing; raise AskError where it is missing."""
    found = text(item, *names)
    if not found:
        raise AskError(Failure.UNTRUSTED, f"answers without the field {names[0]!r}")
    return found


def raw(item: Any, *names: str) -> str | None:
    """Read a text as it is, e.g. a config: not safe to show."""
    found = value(item, *names)
    return found if isinstance(found, str) else None


def flag(item: Any, *names: str) -> bool | None:
    """Read a switch; None where it is unknown, which is neither on nor off."""
    found = value(item, *names)
    return found if isinstance(found, bool) else None


def number(item: Any, *names: str) -> int | None:
    """Read a whole number."""
    found = value(item, *names)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def day(item: Any, *names: str) -> date | None:
    """Read the day of a moment such as `2026-01-31T10:00:00.000Z`."""
    match = _DAY.fullmatch(raw(item, *names) or "")
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def inner(item: Any, *names: str) -> Item:
    """Read an object in an object; empty where there is none, so that its fields are unknown."""
    found = value(item, *names)
    return found if isinstance(found, Mapping) else {}


def items(item: Any, *names: str) -> tuple[Item, ...] | None:
    """Read a list of objects; None where it is none, or holds anything else."""
    found = value(item, *names)
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        return None
    return tuple(found)


def texts(item: Any, *names: str) -> tuple[str, ...] | None:
    """Read a list of texts, each safe to show; None where it is none, or holds anything else."""
    found = value(item, *names)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return None
    return tuple(printable(one, MAX_TEXT) for one in found)
