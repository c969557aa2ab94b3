"""Where hits are, as findings say it."""

from __future__ import annotations

from secguard.finding import Location, Span
from secguard.runtime.content import Hit


def place(hit: Hit) -> Location:
    """Give the place of a hit: the range in a text, else how far from the beginning."""
    if hit.in_name:
        return Location(hit.uri)
    if hit.line:
        end = hit.column + hit.length
        return Location(hit.uri, Span(hit.line, hit.column, hit.line, end))
    if hit.offset < 0:
        return Location(hit.uri, note="beside the members of the archive")
    return Location(hit.uri, note=f"at byte {hit.offset}")
