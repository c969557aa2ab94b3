"""`secguard check`: the rules of the family `config`."""

from __future__ import annotations

from typing import Any

import click

from secguard.cli.known import known_options
from secguard.cli.options import Paths, report_options, settings_from
from secguard.cli.pipeline import pipeline_options
from secguard.cli.policy import policy_options
from secguard.cli.sources import source_options, sources_from
from secguard.errors import UsageError


@click.command()
@click.argument("paths", nargs=-1, type=Paths(), envvar="SECGUARD_CHECK_PATHS")
@source_options
@pipeline_options
@policy_options
@known_options
@report_options
@click.pass_context
def check(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Check CircleCI configs and orbs.

    PATHS are files, directories or `-` for standard input; without any, this directory's
    `.circleci` and its orb source are checked.
    """
    from dataclasses import replace
    from itertools import chain

    from secguard import engine
    from secguard.cli.known import before, changes, write_baseline
    from secguard.cli.pipeline import compared, pipeline_from
    from secguard.cli.policy import decided
    from secguard.cli.show import show
    from secguard.examine import examine
    from secguard.rules import PIPELINE, rules
    from secguard.targets import load
    from secguard.triage import triage

    wanted = tuple(path for path in paths if path) or (".",)
    given = decided(ctx, wanted, options, settings_from(options))
    settings, grounds = given.settings, given.grounds
    every = rules("config"), rules("policy"), rules("access", only=PIPELINE)
    selected, about_policy, about_pipeline = (
        engine.chosen(some, settings, grounds.known) for some in every
    )
    changed = tuple(changes(given, tuple(chain(*every))))
    for rule in about_pipeline if not options["pipeline"] else ():
        if rule.id in settings.select:
            hint = "add --pipeline running, or the id of a pipeline"
            raise UsageError(f"the rule '{rule.id}' needs a pipeline to look at", hint)
    asked = pipeline_from(ctx, options)
    sources = replace(sources_from(options), policy=grounds.policy, compiled_from=asked.compiled)
    loaded = load(wanted, sources)
    used = compared(asked, loaded, sources)
    examined = examine(loaded, grounds, selected)
    grounds, notes = before(wanted, sources, grounds, selected, options)
    weakened, failed = engine.check(about_policy, changed)
    other, failed_too = engine.check(about_pipeline, [("pipeline", used)] if used else ())
    selected = (*selected, *(about_policy if changed else ()), *(about_pipeline if used else ()))
    result = triage((*examined.findings, *weakened, *other), grounds, selected)
    report = engine.report(
        selected,
        result.findings,
        (*examined.problems, *failed, *failed_too),
        loaded.sources.values(),
        settings,
        suppressed=(*examined.suppressed, *result.suppressed),
        opaque=(name for config in loaded.configs for name in config.expansion.opaque),
        notes=(*loaded.notes, *given.notes, *notes, *result.notes),
    )
    if options["write_baseline"] is not None:
        report = write_baseline(report, options["write_baseline"])
    ctx.exit(show(report, settings, options))
