"""`secguard rotation`: how old secrets are, and which of them must be replaced."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Sequence

import click

from secguard.cli.api import api_from
from secguard.cli.estate import estate_of, estate_options
from secguard.cli.options import report_options, settings_from
from secguard.cli.policy import Day, policy_options
from secguard.errors import EXIT_CLEAN, EXIT_INCOMPLETE

if TYPE_CHECKING:
    from secguard.access.estate import Estate
    from secguard.access.rotation import Judged
    from secguard.api.client import Api
    from secguard.triage import Grounds


@click.command()
@estate_options
@click.option(
    "--older-than",
    type=Day(),
    help="After an incident: everything that was not replaced since this day is overdue.",
)
@click.option("--list", is_flag=True, help="Print the table alone, as text or as JSON.")
@click.option(
    "--table",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the table to this file as well, as JSON.",
)
@policy_options
@report_options
@click.pass_context
def rotation(ctx: click.Context, /, **options: Any) -> None:
    """Tell how old secrets are, and which of them must be replaced.

    Asks CircleCI for the days on which variables, keys and tokens were set; values are never asked
    for. Nothing is changed.
    """
    from secguard import engine
    from secguard.access.rotation import aged, judged
    from secguard.access.rotation_table import as_json, as_text
    from secguard.cli.files import write_file
    from secguard.cli.policy import decided
    from secguard.cli.show import show, show_problems
    from secguard.rules import ROTATION, rules
    from secguard.triage import triage

    end = time.monotonic() + options["max_seconds"]
    given = decided(ctx, (".",), options, settings_from(options))
    settings, grounds = given.settings, _since(given.grounds, options["older_than"])
    selected = engine.chosen(rules("access", only=ROTATION), settings, grounds.known)
    api = api_from(ctx, options, end)
    ids = {name.replace("_", "-") for name in ROTATION}
    estate = estate_of(api, options, (), ids, end, grounds)
    secrets = judged(aged(estate.organisation, estate.projects), grounds.policy, grounds.today)
    if options["table"] is not None:
        write_file(options["table"], as_json(secrets))
    if options["list"] or options["output_format"] == "text":
        table = as_json if options["output_format"] == "json" else as_text
        click.echo(table(secrets), nl=not options["list"])
    if options["list"]:
        show_problems(estate.unverified)
        ctx.exit(EXIT_INCOMPLETE if estate.unverified else EXIT_CLEAN)
    findings, failed = engine.check(selected, [("rotation", estate)])
    result = triage(findings, grounds, selected)
    report = engine.report(
        selected,
        result.findings,
        (*estate.unverified, *failed),
        (),
        settings,
        suppressed=result.suppressed,
        notes=(_note(api, estate, secrets), *given.notes, *result.notes),
    )
    ctx.exit(show(report, settings, options))


def _since(grounds: Grounds, day: date | None) -> Grounds:
    if day is None:
        return grounds
    policy = grounds.policy
    ages = replace(policy.rotation, all_older_than=day)
    return replace(grounds, policy=replace(policy, rotation=ages))


def _note(api: Api, estate: Estate, secrets: Sequence[Judged]) -> str:
    from secguard.reporters.view import counted

    known = sum(one.age is not None for one in secrets)
    slug = estate.organisation.slug if estate.organisation is not None else ""
    return (
        f"{api.name} tells the ages of {known} of {counted(len(secrets), 'secret')}, of '{slug}' "
        f"and {counted(len(estate.projects), 'project')}; what it has no day of is in "
        "docs/rotation.md"
    )
