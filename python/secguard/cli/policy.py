"""Options that say what the repository has decided: the policy."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, TypeVar

import click
from click.core import ParameterSource

from secguard.errors import UsageError
from secguard.settings import Settings

if TYPE_CHECKING:
    from secguard.baseline import Entry
    from secguard.policy import Policy
    from secguard.policy.trusted import Trusted
    from secguard.source.text import TextFile
    from secguard.triage import Grounds

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType):
    """A day."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
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
            click.option("--today", type=Day(), help="The day that exceptions end by."),
        )
    ):
        function = option(function)
    return function


@dataclass(frozen=True)
class Decided:
    """What the policy, the baseline and the options come to."""

    settings: Settings
    grounds: Grounds
    changed: tuple[tuple[str, Policy, TextFile | None], ...]
    """Policies that the checkout changes: the file's name, what counts, and what is there now."""
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

    known, policy, changed = names(), Policy(), []
    read = list(_policies(paths, options))
    for uri, file in read:
        if file.counts is not None:
            policy = read_policy(file.counts, known)
        if file.changed:
            changed.append((uri, policy, file.checkout))
    entries: tuple[Entry, ...] = ()
    if options.get("baseline") is not None:
        path, file = _read(options["baseline"], options)
        entries = read_baseline(file.counts) if file.counts is not None else ()
        read.append((path, file))
    return Decided(
        policy.settle(flags, _given(ctx)),
        Grounds(policy, options["today"] or date.today(), known, entries),
        tuple(changed),
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
