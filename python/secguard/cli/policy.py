"""Options that say what is decided already: the policy, the baseline, the base of a change."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, TypeVar

import click
from click.core import ParameterSource

from secguard.cli.files import write_file
from secguard.errors import UsageError
from secguard.settings import Settings

if TYPE_CHECKING:
    from secguard.baseline import Entry
    from secguard.finding import Report
    from secguard.policy import Policy
    from secguard.policy.changes import Change
    from secguard.policy.trusted import Trusted
    from secguard.rule import Rule
    from secguard.source.text import TextFile
    from secguard.targets import Sources
    from secguard.triage import Grounds

F = TypeVar("F", bound=Callable[..., Any])


class _Day(click.ParamType):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from secguard.policy.read import parse_date

        found = value if isinstance(value, date) else parse_date(str(value))
        if found is None:
            self.fail(f"{value!r} is no day", param, ctx)
        return found


_FILE = click.Path(dir_okay=False, path_type=Path)


def policy_options(function: F) -> F:
    """Add the options about the policy."""
    for option in reversed(
        (
            click.option(
                "--policy",
                type=_FILE,
                help="The policy; by default secguard.yml beside the config.",
            ),
            click.option(
                "--policy-ref",
                default="",
                metavar="REF",
                help="Take policy and baseline from this ref, or from the 'checkout'; by default "
                "from where HEAD left origin's default branch.",
            ),
            click.option("--today", type=_Day(), help="The day that exceptions end by."),
        )
    ):
        function = option(function)
    return function


def known_options(function: F) -> F:
    """Add the options that leave out what is known already."""
    for option in reversed(
        (
            click.option("--baseline", type=_FILE, help="Leave the findings of this file out."),
            click.option(
                "--write-baseline", type=_FILE, help="Write what is found to this file, and pass."
            ),
            click.option(
                "--diff-base", default="", metavar="REF", help="Show only what is new since REF."
            ),
        )
    ):
        function = option(function)
    return function


@dataclass(frozen=True)
class Decided:
    """What the policy, the baseline and the options come to."""

    settings: Settings
    grounds: Grounds
    changes: tuple[tuple[str, Change], ...]
    """What the checkout changes in the policy, with the name of its file."""
    notes: tuple[str, ...]


def decided(
    ctx: click.Context, paths: tuple[str, ...], options: dict[str, Any], flags: Settings
) -> Decided:
    """Read the policy and the baseline; raise UsageError for what cannot be used."""
    from secguard.baseline import read_baseline
    from secguard.policy import Policy
    from secguard.policy.read import read_policy
    from secguard.rules import names
    from secguard.triage import Grounds

    known, policy, changes = names(), Policy(), []
    read = list(_policies(paths, options))
    for uri, file in read:
        if file.counts is not None:
            policy = read_policy(file.counts, known)
        if file.changed:
            changes.append((uri, _change(uri, file.checkout, policy, known)))
    entries: tuple[Entry, ...] = ()
    if options.get("baseline") is not None:
        path, file = _read(options["baseline"], options)
        entries = read_baseline(file.counts) if file.counts is not None else ()
        read.append((path, file))
    return Decided(
        policy.settle(flags, _given(ctx)),
        Grounds(policy, options["today"] or date.today(), known, entries),
        tuple(changes),
        tuple(file.note for _, file in read if file.note),
    )


def _given(ctx: click.Context) -> tuple[str, ...]:
    # NOTE: the orb always sets a flag's variable, so one that is off counts as not given.
    source = ctx.get_parameter_source
    return tuple(
        name
        for name, value in ctx.params.items()
        if source(name) is not ParameterSource.DEFAULT and value is not False
    )


def _policies(paths: tuple[str, ...], options: dict[str, Any]) -> Iterator[tuple[str, Trusted]]:
    from secguard.policy import NAME

    if options["policy"] is not None:
        yield _read(options["policy"], options)
        return
    folders: dict[str, Path] = {}
    for path in (Path(name) for name in paths if name != "-"):
        inner = path / ".circleci"
        folder = path.parent if not path.is_dir() else inner if inner.is_dir() else path
        folders.setdefault(os.path.realpath(str(folder)), folder / NAME)
    found = [(path, _trusted(path, options)) for path in folders.values()]
    there = [(path, file) for path, file in found if file.counts or file.checkout]
    if len(there) > 1:
        names = ", ".join(path.as_posix() for path, _ in there)
        raise UsageError(f"more than one policy is there: {names}", "choose one with --policy")
    yield from ((path.as_posix(), file) for path, file in there)


def _read(path: Path, options: dict[str, Any]) -> tuple[str, Trusted]:
    file = _trusted(path, options)
    if file.counts is None and file.checkout is None:
        raise UsageError(f"there is no file {path.as_posix()}", "correct the path")
    return path.as_posix(), file


def _trusted(path: Path, options: dict[str, Any]) -> Trusted:
    from secguard.policy.trusted import trusted

    return trusted(path, options["policy_ref"], os.environ.get("PATH", ""))


def _change(uri: str, file: TextFile | None, before: Policy, known: tuple[str, ...]) -> Change:
    from secguard.policy.changes import Change
    from secguard.policy.read import read_policy
    from secguard.rules import rules
    from secguard.source.text import TextFile
    from secguard.source.tree import parse

    file = file or TextFile(uri, "")
    after = read_policy(file, known)
    return Change(before, after, parse(file), {rule.id: rule.severity for rule in rules()})


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
