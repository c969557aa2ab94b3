"""`secguard graph`: what each job is exposed to."""

from __future__ import annotations

import json
from typing import Any

import click

from secguard.cli.sources import source_options, sources_from
from secguard.errors import EXIT_INCOMPLETE, UsageError


@click.command()
@click.argument("path", default=".", envvar="SECGUARD_GRAPH_PATH")
@click.option(
    "--output-format",
    type=click.Choice(["text", "json", "svg"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@source_options
@click.pass_context
def graph(ctx: click.Context, /, path: str, output_format: str, **options: Any) -> None:
    """Show who can make each job run, what it holds, whose code runs in it, where data leaves."""
    from secguard.cli.show import show_problems
    from secguard.graph import data, svg, text
    from secguard.targets import load

    loaded = load((path,), sources_from(options))
    if output_format == "svg" and len(loaded.configs) > 1:
        names = ", ".join(config.uri for config in loaded.configs)
        raise UsageError(
            "a picture shows one config, and there are several", f"name one of {names}"
        )
    graphs = [data.graph(config) for config in loaded.configs]
    if output_format == "json":
        click.echo(json.dumps(graphs, indent=2, ensure_ascii=True))
    else:
        render = svg.render if output_format == "svg" else text.render
        click.echo("".join(render(one) for one in graphs), nl=False)
    show_problems(loaded.problems)
    ctx.exit(EXIT_INCOMPLETE if loaded.problems else 0)
