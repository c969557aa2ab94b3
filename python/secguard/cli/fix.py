"""`secguard fix`: corrects what rules report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Sequence

import click

from secguard.cli.options import Paths, rule_options
from secguard.cli.policy import policy_options
from secguard.cli.sources import source_options, sources_from
from secguard.errors import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INCOMPLETE, SecguardError, UsageError

if TYPE_CHECKING:
    from secguard.finding import Finding
    from secguard.fix.run import Fixed
    from secguard.targets import Loaded


@click.command()
@click.argument("paths", nargs=-1, type=Paths(), envvar="SECGUARD_FIX_PATHS")
@click.option("--diff", is_flag=True, help="Print a patch and write nothing.")
@click.option("--unsafe", is_flag=True, help="Apply fixes that need a look at them, too.")
@click.option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    help="An SSH key for `add_ssh_keys` steps that name none (repeatable).",
)
@source_options
@policy_options
@rule_options
@click.pass_context
def fix(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Correct what rules report, by edits that change nothing else.

    Every fix is checked: if anything but its own part would come to something else, it is left
    out. Findings that are suppressed stay as they are. With --diff the exit status is 1 where
    something would change.
    """
    from dataclasses import replace

    from secguard import engine
    from secguard.cli.policy import decided
    from secguard.examine import examine
    from secguard.fix import run
    from secguard.rules import rules
    from secguard.settings import Settings
    from secguard.targets import STDIN, load
    from secguard.triage import triage

    wanted = tuple(path for path in paths if path) or (".",)
    if STDIN in wanted:
        raise UsageError("standard input cannot be corrected", "name a file")
    flags = Settings(select=tuple(options["select"]), ignore=tuple(options["ignore"]))
    given = decided(ctx, wanted, options, flags)
    selected = engine.chosen(rules("config"), given.settings, given.grounds.known)
    sources = replace(sources_from(options), policy=given.grounds.policy)

    def find(loaded: Loaded) -> Sequence[Finding]:
        found = examine(loaded, given.grounds, selected)
        kept = triage(found.findings, given.grounds, selected)
        return engine.report(selected, kept.findings, (), (), given.settings).findings

    wishes = run.Wishes(options["unsafe"], tuple(options["fingerprints"]), options["orb_dir"])
    fixed = run.fix(
        lambda texts: load(wanted, replace(sources, edited=texts)),
        find,
        wishes,
    )
    failed = bool(fixed.problems)
    if options["diff"]:
        _print_patch(fixed)
    else:
        failed |= not _write(fixed, wanted)
    _tell(fixed, options["diff"])
    changes = EXIT_FINDINGS if options["diff"] and fixed.files else EXIT_CLEAN
    ctx.exit(EXIT_INCOMPLETE if failed else changes)


def _print_patch(fixed: Fixed) -> None:
    from secguard.fix.patch import patch

    stream = click.get_binary_stream("stdout")
    for _, (before, after) in sorted(fixed.files.items()):
        stream.write(patch(before, after).encode())


def _write(fixed: Fixed, paths: tuple[str, ...]) -> bool:
    """Write every file; False where one could not be written."""
    from secguard.cli.files import rewrite

    tops = [path if path.is_dir() else path.parent for path in map(Path, paths)]
    failed = False
    for _, (before, after) in sorted(fixed.files.items()):
        try:
            rewrite(before, after, tops)
        except SecguardError as error:
            click.echo(f"secguard: {error.message}\n  = help: {error.hint}", err=True)
            failed = True
    return not failed


def _tell(fixed: Fixed, only_diff: bool) -> None:
    from secguard.cli.show import show_problems
    from secguard.sanitize import printable

    groups = (
        ("fixed", fixed.applied),
        ("left, --unsafe applies it", fixed.unsafe),
        ("left, it would change something else", fixed.refused),
    )
    for head, fixes in groups:
        for one in sorted(fixes, key=lambda one: one.where.sort_key):
            span = one.where.span
            place = f"{one.where.uri}:{span.line}:{span.column}" if span else one.where.uri
            click.echo(printable(f"{head}: {place}: {one.rule}: {one.title}"), err=only_diff)
    if not (fixed.applied or fixed.unsafe or fixed.refused):
        click.echo("nothing to fix", err=only_diff)
    show_problems(fixed.problems)
