"""`secguard images lock`, `update` and `pin`: what images are, written down."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Sequence

import click

from secguard.cli.options import Paths
from secguard.cli.policy import policy_options
from secguard.cli.registries import Checkout, answers_of, checkout, registry_options
from secguard.cli.sources import source_options
from secguard.errors import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INCOMPLETE, SecguardError, UsageError

if TYPE_CHECKING:
    from secguard.images.lock import Lock
    from secguard.images.resolve import Answers
    from secguard.images.rewrite import Load, Rewritten
    from secguard.oci.reference import Reference


@click.command()
@click.argument("paths", nargs=-1, type=Paths())
@registry_options
@source_options
@policy_options
@click.pass_context
def lock(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Write down what each image is now, and forget images that are no longer named.

    What is in the lock file stays as it is; `update` looks for newer content.
    """
    from secguard.images.lock import Lock
    from secguard.images.plan import locked

    found = checkout(ctx, paths, options)
    old = found.images.lock or Lock()
    missing = locked(found.images, old, {}).missing
    answers = answers_of(found, missing) if missing else {}
    plan = locked(found.images, old, answers)
    if plan.lock.entries or not plan.missing:
        _write_lock(found, plan.lock)
    ctx.exit(_told(found, answers, missing))


@click.command()
@click.argument("paths", nargs=-1, type=Paths())
@click.option("--only", multiple=True, metavar="PATTERN", help="Only these images (repeatable).")
@click.option(
    "--within",
    type=click.Choice(["patch", "minor", "major"]),
    help="Look for newer versions, too, but no further than this.",
)
@click.option("--min-age", default="0d", help="Take nothing that is younger, e.g. 3d.")
@registry_options
@source_options
@policy_options
@click.pass_context
def update(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Take newer content into the lock file, and into the files that name a digest."""
    from secguard.images.update import Wish, updated
    from secguard.reporters.view import counted
    from secguard.sanitize import printable

    found = checkout(ctx, paths, options)
    if found.images.lock is None:
        raise UsageError(f"there is no lock file {found.lock_path}", "write it with `lock` first")
    if found.client is None:
        raise UsageError("no registry may be asked", "leave out --offline")
    age = re.fullmatch(r"(\d{1,4})d?", options["min_age"], re.ASCII)
    if age is None:
        raise UsageError(f"{options['min_age']!r} is no number of days", "write e.g. 3d")
    wish = Wish(found.images.today, options["within"] or "", int(age[1]))
    only = tuple(map(_pattern, options["only"]))
    plan = updated(found.client, found.images, only, wish, found.end, _load(found))
    if not _write(plan.rewritten, found.paths):
        ctx.exit(EXIT_INCOMPLETE)  # NOTE: the lock file must not run ahead of what names images
    _write_lock(found, plan.lock)
    for line in plan.lines:
        click.echo(printable(line))
    if not (plan.lines or plan.answers):
        click.echo(f"{counted(len(plan.wanted), 'image')} looked at, nothing is newer")
    ctx.exit(_told(found, plan.answers, plan.wanted))


@click.command()
@click.argument("paths", nargs=-1, type=Paths())
@click.option("--diff", is_flag=True, help="Print a patch and write nothing.")
@registry_options
@source_options
@policy_options
@click.pass_context
def pin(ctx: click.Context, /, paths: tuple[str, ...], diff: bool, **options: Any) -> None:
    """Add digests to the images in place, from the lock file or else from their registry."""
    from secguard.fix.patch import patch
    from secguard.images.plan import pinned, to_pin
    from secguard.reporters.view import counted, place
    from secguard.sanitize import printable

    found = checkout(ctx, paths, options)
    wanted = to_pin(found.images)
    answers = answers_of(found, wanted) if wanted and found.client is not None else {}
    rewritten, left = pinned(found.images, answers, _load(found))
    if diff:
        stream = click.get_binary_stream("stdout")
        for _, (before, after) in sorted(rewritten.files.items()):
            stream.write(patch(before, after).encode())
        status = EXIT_FINDINGS if rewritten.files else EXIT_CLEAN
    else:
        status = EXIT_CLEAN if _write(rewritten, found.paths) else EXIT_INCOMPLETE
    places: dict[tuple[str, str], list[str]] = {}
    for use, why in left:
        places.setdefault((place(use.where), why), []).append(use.text)
    for (where, why), texts in places.items():
        more = f" (and {counted(len(texts) - 1, 'other value')})" if texts[1:] else ""
        click.echo(printable(f"left: {where}: {texts[0]}{more} {why}"), err=True)
    ctx.exit(_told(found, answers, wanted) or status)


def _pattern(text: str) -> Any:
    from secguard.oci.pattern import InvalidPattern, parse_pattern

    try:
        return parse_pattern(text)
    except InvalidPattern as error:
        raise UsageError(f"{text!r} names no images", str(error)) from None


def _load(found: Checkout) -> Load:
    from secguard.images.rewrite import loader

    uris = tuple(config.uri for config in found.configs)
    return loader(tuple(name for name in found.paths if Path(name).is_dir()) or uris, found.sources)


def _write(rewritten: Rewritten, paths: Sequence[str]) -> bool:
    from secguard.cli.files import rewrite

    tops = [path if path.is_dir() else path.parent for path in map(Path, paths)]
    well = True
    for uri, (before, after) in sorted(rewritten.files.items()):
        try:
            rewrite(before, after, tops)
            click.echo(f"written: {uri}")
        except SecguardError as error:
            click.echo(f"secguard: {error.message}\n  = help: {error.hint}", err=True)
            well = False
    return well


def _write_lock(found: Checkout, lock: Lock) -> None:
    from secguard.cli.files import write_file
    from secguard.reporters.view import counted

    text = lock.written()
    if found.images.lock is None or text != found.images.lock.written():
        write_file(found.lock_path, text)
        number = counted(len(lock.entries), "image")
        click.echo(f"written: {found.lock_path.as_posix()}, {number}")


def _told(found: Checkout, answers: Answers, wanted: Mapping[str, Reference]) -> int:
    """Name what could not be asked for or believed, and give the exit status."""
    from secguard.cli.show import show_problems
    from secguard.images.check import failures

    problems = [*found.loaded.problems, *failures(answers, wanted)]
    show_problems(problems)
    return EXIT_INCOMPLETE if problems else EXIT_CLEAN
