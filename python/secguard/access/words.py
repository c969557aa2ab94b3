"""How several things are said in one sentence."""

from __future__ import annotations

from typing import Sequence


def joined(parts: Sequence[str]) -> str:
    """Say parts one after the other, the last after an `and`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def listed(names: Sequence[str], most: int = 5) -> str:
    """Name some things in quotes, and say how many more there are."""
    shown = ", ".join(f"'{name}'" for name in names[:most])
    more = len(names) - most
    return f"{shown} and {more} more" if more > 0 else shown
