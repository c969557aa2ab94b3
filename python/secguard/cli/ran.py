"""`secguard images ran`: what the jobs of a pipeline really ran in."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secguard.cli.api import api_from, api_options
from secguard.cli.options import Paths, report_options
from secguard.cli.policy import policy_options
from secguard.cli.registries import checkout
from secguard.errors import UsageError

if TYPE_CHECKING:
    from secguard.api.client import Api
    from secguard.logs.jobs import Listed


@click.command()
@click.argument("paths", nargs=-1, type=Paths())
@click.option(
    "--pipeline", default="", metavar="ID", help="The pipeline; by default the running one."
)
@click.option("--workflow", default="", metavar="ID", help="Only the jobs of this workflow.")
@click.option(
    "--lock",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The lock file; by default secguard.lock beside the config.",
)
@click.option(
    "--time-limit",
    type=click.IntRange(1, 3_600),
    default=60,
    show_default=True,
    help="Seconds that all questions may take together.",
)
@api_options
@policy_options
@report_options
@click.pass_context
def ran(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Compare the digests that the jobs of a pipeline were started from with the lock file.

    Asks CircleCI's API, so it needs a token, and no registry.
    """
    from secguard import engine
    from secguard.cli.show import show
    from secguard.finding import Location, Problem
    from secguard.images.ran import HINT, Looked, look
    from secguard.net.spread import spread
    from secguard.reporters.view import counted
    from secguard.rules import RAN, rules
    from secguard.triage import triage

    end = time.monotonic() + options["time_limit"]
    found = checkout(ctx, paths, {**options, **_NO_SOURCES})
    if found.images.lock is None:
        hint = "write it with `secguard images lock`"
        raise UsageError(f"there is no lock file {found.lock_path}", hint)
    grounds, settings = found.given.grounds, found.given.settings
    selected = engine.chosen(rules("images", only=RAN), settings, grounds.known)
    api = api_from(ctx, options, end)
    listed = _jobs(api, options)
    jobs = [job for job in listed.jobs if job.has_run]
    late = Looked((), (Problem(Location("."), "the time was up before all jobs were read", HINT),))
    looked = spread(lambda number: look(api, jobs[number]), range(len(jobs)), late, end)
    told = [one for number in range(len(jobs)) for one in looked[number].ran]
    problems = [*found.loaded.problems, *listed.problems]
    problems += (problem for one in looked.values() for problem in one.problems)
    target = replace(found.images, ran=tuple(told))
    findings, failed = engine.check(selected, [("images", target)])
    kept = triage(findings, grounds, selected)
    counts = f"{counted(len(jobs), 'job')} ran in {counted(len(told), 'container')}"
    waiting = len(listed.jobs) - len(jobs)
    report = engine.report(
        selected,
        kept.findings,
        (*problems, *failed),
        found.loaded.sources.values(),
        settings,
        suppressed=kept.suppressed,
        notes=(
            f"{counts}; {counted(waiting, 'job')} did not start" if waiting else counts,
            *found.given.notes,
            *kept.notes,
        ),
    )
    ctx.exit(show(report, settings, options, "images-ran"))


_NO_SOURCES = {"orb_dir": None, "compiled": None, "online": False, "offline": True}
"""The API knows what ran, whatever orbs there are."""


def _jobs(api: Api, options: dict[str, Any]) -> Listed:
    from secguard.finding import Location, Problem
    from secguard.logs.jobs import of_pipeline, of_workflow

    pipeline = options["pipeline"] or os.environ.get("CIRCLE_PIPELINE_ID", "")
    if not (options["workflow"] or pipeline):
        raise UsageError("there is no running pipeline here", "say --pipeline ID or --workflow ID")
    if options["workflow"]:
        listed = of_workflow(api, options["workflow"])
    else:
        listed = of_pipeline(api, pipeline)
    if not (listed.jobs or listed.problems):
        message = "nothing was compared, since no job was found"
        listed.problems.append(Problem(Location("."), message, "correct what is asked for"))
    return listed
