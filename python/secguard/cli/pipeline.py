"""Options that compare a checkout with what a pipeline really runs with."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Callable, Mapping, TypeVar

import click

from secguard.errors import SecguardError, UsageError

if TYPE_CHECKING:
    from secguard.access.used import Used
    from secguard.finding import Problem
    from secguard.source.node import Node
    from secguard.targets import Loaded, Sources

F = TypeVar("F", bound=Callable[..., Any])

_RUNNING = "running"
_SECONDS = 60.0


def pipeline_options(function: F) -> F:
    """Add the options about the pipeline."""
    for option in reversed(
        (
            click.option(
                "--pipeline",
                default="",
                metavar="ID",
                help="Check the config that this pipeline runs with as well, and compare it with "
                f"the checkout; `{_RUNNING}` is the pipeline of this job.",
            ),
            click.option(
                "--token-variable",
                default="CIRCLE_TOKEN",
                show_default=True,
                metavar="NAME",
                help="The variable that holds the API token for --pipeline.",
            ),
        )
    ):
        function = option(function)
    return function


@dataclass(frozen=True)
class Asked:
    """What came of the question for a pipeline's config."""

    used: Used | None = None
    compiled: Mapping[tuple[str, ...], Node] = field(default_factory=dict)
    """What CircleCI compiled, by the lines of what it was compiled from."""
    problem: Problem | None = None


def pipeline_from(ctx: click.Context, options: dict[str, Any]) -> Asked:
    """Ask for the pipeline's config where the options say so.

    Raises UsageError where there is no token or no pipeline.
    """
    wanted = options["pipeline"]
    if not wanted:
        return Asked()
    from secguard.access.used import used
    from secguard.cli.api import api_from
    from secguard.finding import Location, Problem
    from secguard.net.failure import AskError
    from secguard.source.tree import parse

    id = os.environ.get("CIRCLE_PIPELINE_ID", "") if wanted == _RUNNING else wanted
    if not id:
        raise UsageError("there is no running pipeline here", "say --pipeline ID")
    end = time.monotonic() + _SECONDS
    api = api_from(ctx, {**options, "private_host": (), "plain_host": (), "ca_file": None}, end)
    try:
        found = used(api, id)
        # NOTE: with --diff-base, what only one side shows would pass for new.
        pairs = () if options["diff_base"] else found.compiled
        return Asked(found, {config.lines: parse(made) for config, made in pairs})
    except SecguardError as error:
        why = f"{api.name} {error.message}" if isinstance(error, AskError) else error.message
        message = f"the checkout was not compared with what the pipeline runs with: {why}"
        hint = "give the job a token that may read the project, or leave --pipeline out"
        return Asked(problem=Problem(Location("pipeline:config"), message, hint))


def compared(asked: Asked, loaded: Loaded, sources: Sources) -> Used | None:
    """Add to what was read the configs of the pipeline that the checkout does not have."""
    from secguard.finding import Problem
    from secguard.source.discover import discover, read
    from secguard.source.text import ReadError
    from secguard.targets import load_file

    if asked.problem is not None:
        loaded.problems.append(asked.problem)
    if asked.used is None:
        return None
    files = dict(loaded.sources)
    for found in discover((".circleci",)):
        if not isinstance(found, Problem) and found.uri not in files:
            try:
                files[found.uri] = read(found.path, found.uri).source
            except ReadError:
                continue
    used = replace(asked.used, files=tuple(files[uri] for uri in sorted(files)))
    for config in used.configs:
        if not used.has(config):
            more = load_file(config, sources)
            loaded.configs += more.configs
            loaded.problems += more.problems
            loaded.sources.update(more.sources)
            loaded.notes.append(f"{config.uri} is in no file of the checkout; it was checked too")
    for _, made in used.compiled:
        loaded.sources[made.uri] = made.source
    return used
