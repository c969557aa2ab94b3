"""Options that say what is known already: the baseline, the base of a change."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, TypeVar

import click

from secguard.cli.files import write_file
from secguard.errors import UsageError

if TYPE_CHECKING:
    from secguard.cli.policy import Decided
    from secguard.finding import Report
    from secguard.policy.changes import Change
    from secguard.rule import Rule
    from secguard.targets import Sources
    from secguard.triage import Grounds

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(dir_okay=False, path_type=Path)


def baseline_options(function: F) -> F:
    """Add the options about the baseline."""
    for option in reversed(
        (
            click.option("--baseline", type=_FILE, help="Leave the findings of this file out."),
            click.option(
                "--write-baseline", type=_FILE, help="Write what is found to this file, and pass."
            ),
        )
    ):
        function = option(function)
    return function


def known_options(function: F) -> F:
    """Add the options that leave out what is known already."""
    help = "Show only what is new since REF."
    return baseline_options(
        click.option("--diff-base", default="", metavar="REF", help=help)(function)
    )


def changes(given: Decided, rules: tuple[Rule, ...]) -> Iterator[tuple[str, Change]]:
    """Compare policies that the checkout changes with those that count, by the file's name."""
    from secguard.policy.changes import Change
    from secguard.policy.read import read_policy
    from secguard.source.text import TextFile
    from secguard.source.tree import parse

    severities = {rule.id: rule.severity for rule in rules}
    for uri, before, now in given.changed:
        file = now or TextFile(uri, "")
        after = read_policy(file, given.grounds.known)
        yield uri, Change(before, after, parse(file), severities)


def before(
    paths: tuple[str, ...],
    sources: Sources,
    grounds: Grounds,
    selected: tuple[Rule, ...],
    options: dict[str, Any],
) -> tuple[Grounds, tuple[str, ...]]:
    """Add what was there at `--diff-base`, and say so in a note."""
    ref = options["diff_base"]
    if not ref:
        return grounds, ()
    if sources.compiled is not None:
        raise UsageError("--compiled shows one side only", "leave it or --diff-base out")
    from secguard import diff

    base = diff.before(paths, ref, os.environ.get("PATH", ""), sources, grounds, selected)
    return replace(grounds, before=base.fingerprints), base.notes


def write_baseline(report: Report, path: Path) -> Report:
    """Write what a report shows to a baseline, and give the report that the baseline leads to."""
    from secguard import baseline
    from secguard.finding import Suppression
    from secguard.reporters.view import counted

    old = [one.finding for one in report.suppressed if one.by == "baseline"]
    write_file(path, baseline.write_baseline((*old, *report.findings)))
    new = (Suppression(finding, "baseline") for finding in report.findings)
    number = counted(len(old) + len(report.findings), "finding")
    note = f"the baseline {path.as_posix()} has {number} now"
    return replace(
        report, findings=(), suppressed=(*report.suppressed, *new), notes=(*report.notes, note)
    )
