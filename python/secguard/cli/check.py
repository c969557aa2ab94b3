"""`secguard check`: the rules of the family `config`."""

from __future__ import annotations

from typing import Any

import click

from secguard.cli.options import report_options, settings_from
from secguard.cli.sources import source_options, sources_from


class _Paths(click.ParamType):
    name = "path"
    envvar_list_splitter = ":"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value)


@click.command()
@click.argument("paths", nargs=-1, type=_Paths(), envvar="SECGUARD_CHECK_PATHS")
@source_options
@report_options
@click.pass_context
def check(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Check CircleCI configs and orbs.

    PATHS are files, directories or `-` for standard input; without any, this directory's
    `.circleci` and its orb source are checked.
    """
    from secguard.cli.show import show
    from secguard.engine import check as run
    from secguard.engine import chosen, report
    from secguard.rules import rules
    from secguard.targets import load

    settings = settings_from(options)
    selected = chosen(rules("config"), settings)
    wanted = tuple(path for path in paths if path) or (".",)
    loaded = load(wanted, sources_from(options))
    targets = [(config.uri, config) for config in loaded.configs]
    findings, problems = run(selected, targets)
    result = report(
        selected,
        findings,
        [*loaded.problems, *problems],
        loaded.sources.values(),
        settings,
        opaque=(name for config in loaded.configs for name in config.expansion.opaque),
        notes=loaded.notes,
    )
    ctx.exit(show(result, settings, options))
