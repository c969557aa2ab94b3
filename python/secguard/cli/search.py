"""What commands that search for the job's secrets have in common."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator, TypeVar

import click

from secguard.errors import UsageError

if TYPE_CHECKING:
    from secguard.finding import Problem
    from secguard.runtime.environ import Variable
    from secguard.runtime.spots import Needles

F = TypeVar("F", bound=Callable[..., Any])

_KEY = "SECGUARD_FINGERPRINT_KEY"
_GIB = 1 << 30
_SHOWN = 20


def search_options(thing: str) -> Callable[[F], F]:
    """Make what adds the options that bound a search; `thing` is what is searched one by one."""

    def add(function: F) -> F:
        for option in reversed(
            (
                click.option(
                    "--max-bytes",
                    type=click.IntRange(1),
                    default=4 * _GIB,
                    show_default=True,
                    help=f"How much of one {thing} is searched, unpacked.",
                ),
                click.option(
                    "--max-seconds",
                    type=click.IntRange(1),
                    default=540,
                    show_default=True,
                    help="How long the search may take.",
                ),
                click.option(
                    "--engine",
                    "engine_name",
                    type=click.Choice(["auto", "find", "hyperscan"]),
                    default="auto",
                    show_default=True,
                    help="What searches; all find the same.",
                ),
            )
        ):
            function = option(function)
        return function

    return add


def leave_no_core() -> None:
    """See to it that a crash writes no memory to the disk."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def needles_of(known: Iterable[Variable], formats: bool, wanted: str) -> Needles:
    """Prepare the search for the values of variables, and for tokens if `formats`."""
    from secguard.runtime.patterns import patterns
    from secguard.runtime.search import Engine
    from secguard.runtime.spots import Needles

    labels = patterns(known)
    try:
        engine = Engine(labels, wanted)
    except ImportError:
        raise UsageError("this Python has no hyperscan", "leave --engine out") from None
    return Needles(engine, labels, formats, os.environ.get(_KEY, "").encode())


def unset(known: Iterable[Variable], wanted: Iterable[str]) -> Iterator[Problem]:
    """Name the variables that are to be searched for and cannot be."""
    from secguard.finding import Location, Problem

    searched = {variable.name for variable in known if variable.is_searchable}
    for name in wanted:
        if name not in searched:
            message = "the variable is not set, or too short to be searched for"
            yield Problem(Location(f"env:{name}"), message, "give the job its context")


def sought(known: Iterable[Variable], needles: Needles) -> str:
    """Say how much was searched for."""
    count = sum(variable.is_searchable for variable in known)
    return f"{len(needles.labels):,} forms of the secrets in {count:,} variables"


def remarks(known: Iterable[Variable], needles: Needles) -> Iterator[str]:
    """Say what was not searched for, and what a reader should know of the engine."""
    weak = [one.name for one in known if one.why and not one.is_searchable]
    if weak:
        names = ", ".join(weak[:_SHOWN]) + (" and more" if weak[_SHOWN:] else "")
        yield f"not searched for, since other texts have the same value as well: {names}"
    if needles.engine.note:
        yield needles.engine.note
