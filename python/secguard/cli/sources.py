"""Options that say where the sources of orbs come from."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_SECONDS = 60.0
"""For all questions about orbs together."""


def source_options(function: F) -> F:
    """Add the options that let secguard see through registry orbs."""
    for option in reversed(
        (
            click.option(
                "--orb-dir",
                type=click.Path(file_okay=False, path_type=Path),
                help="Packed orb sources, as NAMESPACE/ORB@VERSION.yml; --online keeps them there.",
            ),
            click.option(
                "--compiled",
                type=click.Path(dir_okay=False, path_type=Path),
                help="The config as CircleCI compiled it, to see what registry orbs do.",
            ),
            click.option(
                "--online", is_flag=True, help="Ask CircleCI's public registry for orb sources."
            ),
            click.option(
                "--host",
                default="https://circleci.com",
                show_default=True,
                help="The CircleCI host to ask.",
            ),
        )
    ):
        function = option(function)
    return function


def sources_from(options: dict[str, Any]) -> Any:
    """Read the options of `source_options`; raise ReadError for a compiled config that is none."""
    from secguard.circleci.orbs import OrbStore, folder
    from secguard.source.discover import read
    from secguard.source.tree import parse
    from secguard.targets import Sources

    fetches = []
    directory, compiled = options["orb_dir"], options["compiled"]
    if directory is not None:
        fetches.append(folder(directory))
    if options["online"]:
        from secguard.circleci.registry import registry
        from secguard.cli.api import wire_to

        end = time.monotonic() + _SECONDS
        wire = wire_to(click.get_current_context(), {**options, "ca_file": None}, (), (), end)
        fetches.append(registry(wire, options["host"].rstrip("/"), directory))
    node = parse(read(compiled, compiled.as_posix())) if compiled is not None else None
    return Sources(OrbStore(tuple(fetches)), None, node)
