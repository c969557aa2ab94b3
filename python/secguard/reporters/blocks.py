"""One finding or problem as lines of text: what, where, the source with carets, what to do."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import Callable, Iterator, Tuple

from secguard.finding import Confidence, Finding, Location, Problem
from secguard.reporters.view import View, last_line, place
from secguard.sanitize import Line

WIDTH = 100
"""Prose is wrapped here; source lines and addresses never are."""

Paint = Callable[[str, str], str]
"""Gives text in a style, by the style's name."""
_Places = Tuple[Tuple[Location, Tuple[Line, ...]], ...]


def unpainted(style: str, text: str) -> str:
    """Leave the text as it is."""
    return text


def finding(view: View, group: tuple[Finding, ...], page: str, paint: Paint) -> Iterator[str]:
    """Describe findings that say the same: the first in full, then where the others are."""
    first = group[0]
    style = str(first.severity)
    yield from headed(f"{style}[{first.rule}]", f": {first.message}", style, paint)
    places = _shown(view, first.where, first.related)
    yield from _drawn(places, style, paint)
    labelled = {
        "risk": first.exposure,
        "help": first.hint,
        "note": "" if first.confidence is Confidence.HIGH else f"confidence is {first.confidence}",
        "page": page,
        "also at": ", ".join(_short(item.where) for item in group[1:]),
    }
    yield from _labelled(labelled, _gutter(places), paint)


def problem(view: View, item: Problem, paint: Paint) -> Iterator[str]:
    """Describe something that was not checked."""
    head = f"not checked[{item.rule}]" if item.rule else "not checked"
    yield from headed(head, f": {item.message}", "not checked", paint)
    places = _shown(view, item.where)
    yield from _drawn(places, "not checked", paint)
    yield from _labelled({"help": item.hint}, _gutter(places), paint)


def headed(head: str, text: str, style: str, paint: Paint) -> Iterator[str]:
    """Break a sentence whose first words stand out."""
    first, *rest = wrapped(head + text, rest="  ")
    yield paint(style, head) + first[len(head) :]
    yield from rest


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """Break prose between words, so that it fits the width."""
    if len(first) + len(text) <= WIDTH:
        return [first + text]
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _shown(view: View, where: Location, related: tuple[Location, ...] = ()) -> _Places:
    return ((where, view.excerpt(where)), *((item, view.excerpt(item, 1)) for item in related))


def _gutter(places: _Places) -> int:
    return max((len(str(line.number)) for _, lines in places for line in lines), default=1)


def _drawn(places: _Places, style: str, paint: Paint) -> Iterator[str]:
    gutter = _gutter(places)
    bar = paint("frame", f"{'':{gutter}} |")
    arrow, caret = "-->", "^"
    for where, lines in places:
        primary = caret == "^"
        aside = "" if primary and lines else where.note
        yield paint("frame", f"{'':{gutter}}{arrow}") + f" {place(where)}  {aside}".rstrip()
        if lines:
            yield bar
        for line in lines:
            text = f" {line.before}{line.marked}{line.after}".rstrip()
            yield paint("frame", f"{line.number:>{gutter}} |") + text
            if line is lines[0]:
                indent = f"{bar} " + " " * _width(line.before)
                carets = caret * max(1, _width(line.marked))
                note = where.note if primary else ""
                fits = gutter + 4 + _width(line.before + line.marked + note) <= WIDTH
                yield indent + paint(style, carets) + (f" {note}".rstrip() if fits else "")
                if not fits:
                    yield f"{bar}   {note}"
        if lines and where.span and lines[-1].number < last_line(where.span):
            yield f"{bar} ..."
        arrow, caret, style = ":::", "-", "frame"


def _labelled(texts: dict[str, str], gutter: int, paint: Paint) -> Iterator[str]:
    for label, text in texts.items():
        if text:
            first = f"{'':{gutter}} = {label}: "
            start, *rest = wrapped(text, first, " " * len(first))
            yield (
                paint("frame", f"{'':{gutter}} =")
                + paint("strong", f" {label}:")
                + start[len(first) - 1 :]
            )
            yield from rest


def _short(where: Location) -> str:
    return f"{where.span.line}:{where.span.column}" if where.span else place(where)


def _width(text: str) -> int:
    """Count the columns of a terminal that the text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    marks = sum(unicodedata.category(char) in ("Mn", "Me") for char in text)
    return len(text) + wide - marks
