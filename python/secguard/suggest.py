"""Finds the name that somebody meant when they wrote another."""

from __future__ import annotations

from typing import Iterable


def nearest(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Give a hint that names the nearest known name, or the other hint where none is near."""
    import difflib

    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"did you mean {close[0]!r}?" if close else otherwise
