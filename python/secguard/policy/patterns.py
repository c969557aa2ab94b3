"""Compares lists of names in which a `*` stands for any text."""

from __future__ import annotations

from fnmatch import fnmatchcase


def covers(patterns: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Say whether all that some names stand for is among what some patterns stand for."""
    return all(_within(name, patterns) for name in names)


def _within(name: str, patterns: tuple[str, ...]) -> bool:
    # NOTE: `?` and `[` mean something to fnmatch, too; with them only what is equal is sure.
    return name in patterns or any(
        one == "*" or (fnmatchcase(name, one) and not set(name + one) & set("?["))
        for one in patterns
    )
