"""`secguard images`: where images come from, what they must have, and what they are locked to."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Sequence

import click

from secguard.cli.options import Paths, report_options
from secguard.cli.policy import policy_options
from secguard.cli.registries import Checkout, checkout, registry_options
from secguard.errors import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INCOMPLETE, SecguardError, UsageError

if TYPE_CHECKING:
    from secguard.images.lock import Lock
    from secguard.images.resolve import Answer, Answers
    from secguard.images.rewrite import Load, Rewritten
    from secguard.oci.reference import Reference


def _verify_options(function: Any) -> Any:
    for option in reversed(
        (
            click.option(
                "--frozen", is_flag=True, help="Fail where the lock file would have to change."
            ),
            click.option(
                "--on-unreachable",
                type=click.Choice(["unknown", "fail"]),
                help="Whether an image that cannot be asked for fails the run; the policy's word "
                "without it, and that is 'unknown' by default.",
            ),
            click.option(
                "--baseline",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Leave the findings of this file out.",
            ),
        )
    ):
        function = option(function)
    return registry_options(policy_options(report_options(function)))


@click.group(invoke_without_command=True)
@click.option("--path", "paths", type=Paths(), multiple=True, envvar="SECGUARD_IMAGES_PATHS")
@_verify_options
@click.pass_context
def images(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """List, check, lock and pin images. Without a command, the same as `verify`."""
    if ctx.invoked_subcommand is None:
        ctx.exit(_verify(ctx, paths, options))


@images.command()
@click.argument("paths", nargs=-1, type=Paths())
@_verify_options
@click.pass_context
def verify(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Check every image that a checkout names against policy, lock file and registry."""
    ctx.exit(_verify(ctx, paths, options))


def _verify(ctx: click.Context, paths: tuple[str, ...], options: dict[str, Any]) -> int:
    from secguard import engine
    from secguard.cli.show import show
    from secguard.images.signing import unchecked
    from secguard.rules import rules
    from secguard.suppress import apply, comments
    from secguard.triage import triage

    found = checkout(ctx, paths, options)
    grounds, settings = found.given.grounds, found.given.settings
    target, policy = found.images, found.given.grounds.policy
    if options["frozen"] and target.lock is None:
        raise UsageError(
            f"there is no lock file {found.lock_path}", "write it with `secguard images lock`"
        )
    if found.client is not None:
        target = replace(target, answers=_answers(found, target.wanted))
    selected = engine.chosen(rules("images"), settings, grounds.known)
    results, failed = engine.check(selected, [("images", target)])
    problems = [*found.loaded.problems, *failed, *unchecked(target)]
    told = comments(config.root for config in found.configs) if policy.comments else ()
    applied = apply(results, told, grounds.today, {rule.id for rule in selected}, problems)
    kept = triage(applied.kept, grounds, selected)
    tolerated = (options["on_unreachable"] or target.policy.on_unreachable) != "fail"
    unknown = [replace(one, tolerated=tolerated) for one in target.unknown()]
    report = engine.report(
        selected,
        kept.findings,
        (*problems, *unknown),
        found.loaded.sources.values(),
        settings,
        suppressed=(*applied.suppressed, *kept.suppressed),
        opaque=(name for config in found.configs for name in config.expansion.opaque),
        notes=(*found.given.notes, *kept.notes, *_counts(found, target.answers)),
    )
    return show(report, settings, options)


def _counts(found: Checkout, answers: Mapping[str, Answer]) -> Sequence[str]:
    total = len({use.key for use in found.images.uses if use.key})
    if found.client is None:
        return (f"{total} images are named; no registry was asked",)
    unknown = sum(answer.unknown for answer in answers.values())
    more = f", {unknown} of them are unknown" if unknown else ""
    return (f"{total} images are named, {len(answers)} were asked for{more}",)


def _answers(found: Checkout, wanted: dict[str, Reference]) -> Answers:
    from secguard.images.resolve import resolve

    if found.client is None:
        raise UsageError("no registry may be asked", "leave out --offline")
    lock = found.images.lock
    today = found.images.today.isoformat()
    known = lock.entries if lock is not None else {}
    return resolve(found.client, wanted, known, today, found.end)


@images.command("list")
@click.argument("paths", nargs=-1, type=Paths())
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@policy_options
@click.pass_context
def list_(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """List every place that names an image; no registry is asked."""
    from secguard.cli.show import show_problems
    from secguard.images.table import as_json, as_text

    found = checkout(ctx, paths, options)
    render = as_json if options["output_format"] == "json" else as_text
    click.echo(render(found.images), nl=False)
    show_problems(found.loaded.problems)
    ctx.exit(EXIT_INCOMPLETE if found.loaded.problems else EXIT_CLEAN)


@images.command()
@click.argument("paths", nargs=-1, type=Paths())
@registry_options
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
    answers = _answers(found, missing) if missing else {}
    plan = locked(found.images, old, answers)
    _write_lock(found, plan.lock)
    ctx.exit(_told(found, answers))


@images.command()
@click.argument("paths", nargs=-1, type=Paths())
@click.option("--only", multiple=True, metavar="PATTERN", help="Only these images (repeatable).")
@click.option(
    "--within",
    type=click.Choice(["patch", "minor", "major"]),
    help="Look for newer versions, too, but no further than this.",
)
@click.option("--min-age", default="0d", help="Take nothing that is younger, e.g. 3d.")
@registry_options
@policy_options
@click.pass_context
def update(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Take newer content into the lock file, and into the files that name a digest."""
    from secguard.images.update import Wish, updated
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
    _write(plan.rewritten, found.paths)
    _write_lock(found, plan.lock)
    for line in plan.lines:
        click.echo(printable(line))
    ctx.exit(_told(found, plan.answers))


@images.command()
@click.argument("paths", nargs=-1, type=Paths())
@click.option("--diff", is_flag=True, help="Print a patch and write nothing.")
@registry_options
@policy_options
@click.pass_context
def pin(ctx: click.Context, /, paths: tuple[str, ...], diff: bool, **options: Any) -> None:
    """Add digests to the images in place, from the lock file or else from their registry."""
    from secguard.fix.patch import patch
    from secguard.images.plan import pinned, to_pin
    from secguard.sanitize import printable

    found = checkout(ctx, paths, options)
    wanted = to_pin(found.images)
    answers = _answers(found, wanted) if wanted and found.client is not None else {}
    rewritten, left = pinned(found.images, answers, _load(found))
    if diff:
        stream = click.get_binary_stream("stdout")
        for _, (before, after) in sorted(rewritten.files.items()):
            stream.write(patch(before, after).encode())
        status = EXIT_FINDINGS if rewritten.files else EXIT_CLEAN
    else:
        status = EXIT_CLEAN if _write(rewritten, found.paths) else EXIT_INCOMPLETE
    for use, why in left:
        span = use.where.span
        place = f"{use.where.uri}:{span.line}:{span.column}" if span else use.where.uri
        click.echo(printable(f"left: {place}: {use.text} {why}"), err=True)
    ctx.exit(_told(found, answers) or status)


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

    text = lock.written()
    if found.images.lock is None or text != found.images.lock.written():
        write_file(found.lock_path, text)
        click.echo(f"written: {found.lock_path.as_posix()}, {len(lock.entries)} images")


def _told(found: Checkout, answers: Answers) -> int:
    """Name what could not be asked for or believed, and give the exit status."""
    from secguard.cli.show import show_problems
    from secguard.images.plan import failures

    problems = [*found.loaded.problems, *failures(answers)]
    show_problems(problems)
    return EXIT_INCOMPLETE if problems else EXIT_CLEAN
