"""`secguard expand`: the config as it will run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

import click

from secguard.cli.sources import source_options, sources_from
from secguard.errors import EXIT_FINDINGS, EXIT_INCOMPLETE, UsageError

if TYPE_CHECKING:
    from secguard.circleci.config import Config
    from secguard.circleci.model import Job
    from secguard.finding import Location


@click.command()
@click.argument("path", default=".circleci/config.yml", envvar="SECGUARD_EXPAND_PATH")
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="The value of a pipeline parameter, or of a pipeline value by its full name (repeatable).",
)
@click.option("--defaults", is_flag=True, help="Take the defaults for everything not given.")
@click.option("--explain", is_flag=True, help="Say for each step where it comes from.")
@source_options
@click.pass_context
def expand(
    ctx: click.Context,
    /,
    path: str,
    parameters: tuple[str, ...],
    defaults: bool,
    explain: bool,
    **options: Any,
) -> None:
    """Print the jobs that will run: commands, executors, parameters and matrices dissolved.

    What only the pipeline knows stays as a template; what would be refused is said at the end.
    """
    from dataclasses import replace

    from secguard.circleci.compiled import compiled
    from secguard.circleci.dump import dump
    from secguard.circleci.expand import Settled
    from secguard.cli.show import show_problems
    from secguard.finding import Problem
    from secguard.sanitize import printable
    from secguard.targets import load

    sources = replace(sources_from(options), settled=Settled(_given(parameters), defaults))
    loaded = load((path,), sources)
    for config in loaded.configs:
        if len(loaded.configs) > 1:
            click.echo(printable(f"--- # {config.uri}"))
        if explain:
            for line in _explained(config):
                click.echo(printable(line))
        else:
            click.echo(dump(compiled(config.expansion)), nl=False)
    mistakes = [
        Problem(error.where, error.message)
        for config in loaded.configs
        for error in config.expansion.errors
        if not error.incomplete
    ]
    show_problems([*loaded.problems, *mistakes])
    ctx.exit(EXIT_INCOMPLETE if loaded.problems else EXIT_FINDINGS if mistakes else 0)


def _given(parameters: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in parameters:
        name, equals, text = entry.partition("=")
        if not equals or not name:
            raise UsageError(f"{entry!r} is not NAME=VALUE", "write e.g. `--parameter deploy=true`")
        full = name if name.startswith("pipeline.") else f"pipeline.parameters.{name}"
        found[full] = text
    return found


def _explained(config: Config) -> Iterator[str]:
    for job in config.jobs:
        of = f"workflow {job.workflow}" if job.workflow else "not run by any workflow"
        yield f"{job.name} ({of})  {_place((job.invocation or job.node).location())}"
        yield from _executor(job)
        for number, step in enumerate(job.steps, 1):
            asked = dict.fromkeys(name for one in step.conditions for name in one.names)
            maybe = f" (depends on {', '.join(asked)})" if step.conditions else ""
            yield f"  {number}. {step.name}{maybe}  {_place(step.node.location())}"
            for call in step.calls:
                orb = f" of {call.orb}" if call.orb else ""
                yield f"       called as {call.name}{orb}  {_place(call.node.location())}"
            seen = set()
            for piece in step.command.pieces if step.command else ():
                for use, place in zip(piece.uses, piece.way()[1:]):
                    line = f"       {use.node.value[use.start : use.end]}  {_place(place)}"
                    if line not in seen:
                        seen.add(line)
                        yield line


def _executor(job: Job) -> Iterator[str]:
    if job.executor.name and job.executor.node is not None:
        yield f"  executor {job.executor.name}  {_place(job.executor.node.location())}"
    for image in job.executor.images:
        reference = image.reference
        yield f"  image {reference.display}  {_place(reference.at(0, len(reference.text)))}"


def _place(place: Location) -> str:
    return f"{place.uri}:{place.span.line}:{place.span.column}" if place.span else place.uri
