"""`secguard scan`: the rules of the family `runtime` that look at files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Iterable, Iterator

import click

from secguard.cli.options import Paths, report_options, settings_from
from secguard.cli.policy import policy_options
from secguard.cli.search import leave_no_core, needles_of, remarks, search_options, sought, unset
from secguard.cli.variables import variable_options, variables_of_job

if TYPE_CHECKING:
    from secguard.runtime.environ import Variable
    from secguard.runtime.scan import Scanned
    from secguard.runtime.spots import Needles


@click.command()
@click.argument("paths", nargs=-1, type=Paths(), envvar="SECGUARD_SCAN_PATHS")
@variable_options
@search_options("file")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="How many processes search.",
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

    leave_no_core()
    wanted = tuple(path for path in paths if path)
    if not wanted:
        raise UsageError("there is nothing to search", "secguard scan PATH")
    given = decided(ctx, (".",), options, settings_from(options))
    settings, grounds = given.settings, given.grounds
    selected = engine.chosen(rules("runtime", only=SCAN), settings, grounds.known)
    known = variables_of_job(options, grounds.policy)
    formats = any(rule.id == "token-in-file" for rule in selected)
    needles = needles_of(known, formats, options["engine_name"])
    end = time.monotonic() + options["max_seconds"]
    limits = Limits(options["max_bytes"], lambda: time.monotonic() > end, options["workers"])
    scanned = search(wanted, needles, limits)
    scanned.problems += unset(known, options["secret"])
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


def _notes(known: Iterable[Variable], needles: Needles, scanned: Scanned) -> Iterator[str]:
    known = tuple(known)
    size = f"{scanned.size / 1e6:,.1f} MB"
    yield (
        f"searched {scanned.files:,} files and {scanned.members:,} members of archives, {size}, "
        f"for {sought(known, needles)}"
    )
    yield from remarks(known, needles)
