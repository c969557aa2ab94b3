"""`secguard images`: where images come from, what they must have, and what they are locked to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Sequence

import click

from secguard.cli import ELSEWHERE
from secguard.cli.options import Paths, report_options
from secguard.cli.policy import policy_options
from secguard.cli.ran import ran
from secguard.cli.registries import Checkout, answers_of, checkout, registry_options
from secguard.cli.sources import source_options
from secguard.errors import EXIT_CLEAN, EXIT_INCOMPLETE, UsageError

if TYPE_CHECKING:
    from secguard.finding import Problem
    from secguard.images.check import Images


def _verify_options(function: Any) -> Any:
    for option in reversed(
        (
            click.option("--frozen", is_flag=True, help="Want a lock file, and every image in it."),
            click.option(
                "--on-unreachable",
                type=click.Choice(["unknown", "fail"]),
                help="Whether an image that cannot be asked for fails the run; the policy's word "
                "without it, and that is 'unknown' by default.",
            ),
            click.option(
                "--config-rules/--no-config-rules",
                default=True,
                show_default=True,
                help="Run the rules about images that `secguard check` runs, too.",
            ),
            click.option(
                "--trusted-root",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Whom signatures go back to, instead of what is shipped.",
            ),
            click.option(
                "--baseline",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Leave the findings of this file out.",
            ),
        )
    ):
        function = option(function)
    return registry_options(source_options(policy_options(report_options(function))))


_WRITING = ("lock", "pin", "update")


class _Group(click.Group):
    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        found = super().get_command(ctx, name)
        if found is None and name in _WRITING:
            raise UsageError(f"this bundle of secguard has no command 'images {name}'", ELSEWHERE)
        return found


@click.group(cls=_Group, invoke_without_command=True)
@click.option(
    "--path",
    "paths",
    type=Paths(),
    multiple=True,
    envvar="SECGUARD_IMAGES_PATHS",
    help="What to look at where no command is given (repeatable).",
)
@_verify_options
@click.pass_context
def images(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """List, check, lock and pin images. Without a command, the same as `verify`."""
    if ctx.invoked_subcommand is None:
        ctx.exit(_verify(ctx, paths, options))


def _writing() -> Sequence[click.Command]:
    """Give the commands that write into a checkout; the orb has none, and does not carry them."""
    try:
        from secguard.cli.locking import lock, pin, update
    except ModuleNotFoundError:
        return ()
    return lock, update, pin


for _command in (ran, *_writing()):
    images.add_command(_command)


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
    from secguard.cli.signatures import signatures_of
    from secguard.images.signed import unchecked
    from secguard.rules import ABOUT_IMAGES, IMAGES, rules
    from secguard.suppress import apply, comments
    from secguard.triage import triage

    found = checkout(ctx, paths, options)
    grounds, settings = found.given.grounds, found.given.settings
    policy = grounds.policy
    if (options["frozen"] or options["lock"]) and found.images.lock is None:
        raise UsageError(
            f"there is no lock file {found.lock_path}", "write it with `secguard images lock`"
        )
    target, unasked = _asked(found, options)
    signatures, signing_notes = signatures_of(found, target, options)
    target = replace(target, signatures=signatures)
    about, of_config = (
        engine.chosen(some, settings, grounds.known)
        for some in (rules("images", only=IMAGES), rules("config", only=ABOUT_IMAGES))
    )
    about = tuple(rule for rule in about if rule.id not in _idle(target))
    results, failed = engine.check(about, [("images", target)])
    if options["config_rules"]:
        configs = [(config.uri, config) for config in found.configs]
        more, also_failed = engine.check(of_config, configs)
        results, failed = engine.numbered((*results, *more)), [*failed, *also_failed]
        about += of_config
    problems = [*found.loaded.problems, *failed, *unchecked(target), *unasked]
    told = comments(config.root for config in found.configs) if policy.comments else ()
    applied = apply(results, told, grounds.today, {rule.id for rule in about}, problems)
    kept = triage(applied.kept, grounds, about)
    report = engine.report(
        about,
        kept.findings,
        problems,
        found.loaded.sources.values(),
        settings,
        suppressed=(*applied.suppressed, *kept.suppressed),
        opaque=(name for config in found.configs for name in config.expansion.opaque),
        notes=(*found.given.notes, *kept.notes, *signing_notes, *_counts(found, target)),
    )
    return show(report, settings, options, "images")


def _idle(target: Images) -> Iterator[str]:
    """Name the rules that have nothing to look at: what was not checked has not passed."""
    policy, answers, lock = target.policy, bool(target.answers), target.lock is not None
    if not (policy.denies or policy.deny):
        yield "image-not-allowed"
    if not any(one.digest for one in (policy.require, *(scope.require for scope in policy.scopes))):
        yield "image-digest-required"
    if not answers:
        yield from ("image-missing", "registry-answer-refused")
    if not lock:
        yield from ("image-lock-mismatch", "image-not-locked")
    if not (answers and lock):
        yield "image-drift"
    if not (answers or lock):
        yield from ("image-stale", "image-platform-missing")
    if target.offered is None:
        yield "image-not-offered"
    if not target.signatures:
        yield from ("image-unsigned", "image-signature-invalid", "image-signature-unverifiable")


def _asked(found: Checkout, options: dict[str, Any]) -> tuple[Images, list[Problem]]:
    """Ask registries and CircleCI, and tell what did not answer."""
    from secguard.finding import Location, Problem
    from secguard.images.offered import offered
    from secguard.net.failure import AskError

    target = replace(found.images, frozen=options["frozen"])
    problems: list[Problem] = []
    if found.client is not None:
        target = replace(target, answers=answers_of(found, target.wanted))
        problems += target.unknown()
    wire, host = found.wire, options["host"].rstrip("/")
    if options["online"] and wire is not None and any(use.catalogued for use in target.uses):
        try:
            target = replace(target, offered=offered(wire, host))
        except AskError as error:
            message = f"machine images could not be checked: {host} {error.message}"
            problems.append(Problem(Location(f"catalog:{host}"), message, "try again later"))
    tolerated = (options["on_unreachable"] or target.policy.on_unreachable) != "fail"
    return target, [replace(one, tolerated=tolerated) for one in problems]


def _counts(found: Checkout, target: Images) -> Iterator[str]:
    from secguard.reporters.view import counted

    total = len({use.key for use in target.uses if use.key})
    named = f"{counted(total, 'image')} named"
    if found.client is None:
        yield f"{named}; no registry was asked"
        return
    unknown = sum(answer.unknown for answer in target.answers.values())
    more = f", {unknown} without an answer" if unknown else ""
    yield f"{named}, {len(target.answers)} asked for{more}"


@images.command("list")
@click.argument("paths", nargs=-1, type=Paths())
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@source_options
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
