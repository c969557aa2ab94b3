"""Options of the steps of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def state_option(function: F) -> F:
    """Add the option that says where a sweep is kept."""
    return click.option(
        "--state",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("secguard-sweep"),
        show_default=True,
        help="The folder with the plan and with what was found so far.",
    )(function)


def plan_options(function: F) -> F:
    """Add the options about which projects there are."""
    for option in reversed(
        (
            click.option("--org", default="", metavar="SLUG", help="As gh/ORGANISATION."),
            click.option(
                "--projects",
                type=click.Path(dir_okay=False, exists=True, path_type=Path),
                help="Go over these projects, a slug on each line, and ask for no list.",
            ),
            click.option(
                "--costs",
                type=click.Path(dir_okay=False, path_type=Path),
                help="How long each project took the last time, from the file costs.json of a "
                "sweep; without it all count the same.",
            ),
        )
    ):
        function = option(function)
    return function


def run_options(function: F) -> F:
    """Add the options about this node."""
    for option in reversed(
        (
            click.option(
                "--node",
                default="",
                metavar="INDEX/TOTAL",
                help="Which node this is, from 0; by default CircleCI's CIRCLE_NODE_INDEX and "
                "CIRCLE_NODE_TOTAL.",
            ),
            click.option(
                "--rate",
                type=click.FloatRange(0.1, 1_000),
                default=40.0,
                show_default=True,
                help="How many questions a second all nodes may ask together.",
            ),
            click.option(
                "--max-seconds",
                type=click.IntRange(1, 5 * 3_600),
                default=3_000,
                show_default=True,
                help="After this time no project begins; another run goes on from there.",
            ),
        )
    ):
        function = option(function)
    return function
