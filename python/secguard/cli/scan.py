"""`secguard scan`: the rules of the family `runtime` that look at files."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Iterable, Iterator

import click

from secguard.cli.options import Paths, report_options, settings_from
from secguard.cli.policy import policy_options
from secguard.cli.variables import variable_options, variables_of_job

if TYPE_CHECKING:
    from secguard.finding import Problem
    from secguard.runtime.environ import Variable
    from secguard.runtime.scan import Scanned
    from secguard.runtime.spots import Needles

_KEY = "SECGUARD_FINGERPRINT_KEY"
_GIB = 1 << 30
_SHOWN = 20


@click.command()
@click.argument("paths", nargs=-1, type=Paths(), envvar="SECGUARD_SCAN_PATHS")
@variable_options
@click.option(
    "--max-bytes",
    type=click.IntRange(1),
    default=4 * _GIB,
    show_default=True,
    help="How much of one file is searched, unpacked.",
)
@click.option(
    "--max-seconds",
    type=click.IntRange(1),
    default=540,
    show_default=True,
    help="How long the search may take.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="How many processes search.",
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["auto", "find", "hyperscan"]),
    default="auto",
    show_default=True,
    help="What searches; all find the same.",
)
@policy_options
@report_options
@click.pass_context
def scan(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Search files for the secrets of this job before they are stored.

    PATHS are files and directories. Found are the values of the job's variables, in every form
    that programs write them in, and tokens of known formats; also in archives, in images and in
    what git keeps.
    """
    from secguard import engine
    from secguard.cli.policy import decided
    from secguard.cli.show import show
    from secguard.errors import UsageError
    from secguard.rules import SCAN, rules
    from secguard.runtime.scan import Limits
    from secguard.runtime.scan import scan as search
    from secguard.triage import triage

    _leave_no_core()
    wanted = tuple(path for path in paths if path)
    if not wanted:
        raise UsageError("there is nothing to search", "secguard scan PATH")
    given = decided(ctx, (".",), options, settings_from(options))
    settings, grounds = given.settings, given.grounds
    selected = engine.chosen(rules("runtime", only=SCAN), settings, grounds.known)
    known = variables_of_job(options, grounds.policy)
    formats = any(rule.id == "token-in-file" for rule in selected)
    needles = _needles(known, formats, options["engine_name"])
    end = time.monotonic() + options["max_seconds"]
    limits = Limits(options["max_bytes"], lambda: time.monotonic() > end, options["workers"])
    scanned = search(wanted, needles, limits)
    scanned.problems += _unset(known, options["secret"])
    findings, failed = engine.check(selected, [("files", scanned)])
    result = triage(findings, grounds, selected)
    report = engine.report(
        selected,
        result.findings,
        (*scanned.problems, *failed),
        (),
        settings,
        suppressed=result.suppressed,
        notes=(*_notes(known, needles, scanned), *given.notes, *result.notes),
    )
    ctx.exit(show(report, settings, options))


def _leave_no_core() -> None:
    """See to it that a crash writes no memory to the disk."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _needles(known: Iterable[Variable], formats: bool, wanted: str) -> Needles:
    from secguard.errors import UsageError
    from secguard.runtime.patterns import patterns
    from secguard.runtime.search import Engine
    from secguard.runtime.spots import Needles

    labels = patterns(known)
    try:
        engine = Engine(labels, wanted)
    except ImportError:
        raise UsageError("this Python has no hyperscan", "leave --engine out") from None
    return Needles(engine, labels, formats, os.environ.get(_KEY, "").encode())


def _unset(known: Iterable[Variable], wanted: Iterable[str]) -> Iterator[Problem]:
    from secguard.finding import Location, Problem

    searched = {variable.name for variable in known if variable.is_searchable}
    for name in wanted:
        if name not in searched:
            message = "the variable is not set, or too short to be searched for"
            yield Problem(Location(f"env:{name}"), message, "give the job its context")


def _notes(known: Iterable[Variable], needles: Needles, scanned: Scanned) -> Iterator[str]:
    searched = [variable for variable in known if variable.is_searchable]
    size = f"{scanned.size / 1e6:,.1f} MB"
    yield (
        f"searched {scanned.files:,} files and {scanned.members:,} members of archives, {size}, "
        f"for {len(needles.labels):,} forms of the secrets in {len(searched):,} variables"
    )
    weak = [one.name for one in known if one.why and not one.is_searchable]
    if weak:
        names = ", ".join(weak[:_SHOWN]) + (" and more" if weak[_SHOWN:] else "")
        yield f"not searched for, since other texts have the same value as well: {names}"
    if needles.engine.note:
        yield needles.engine.note
