"""`secguard logs`: the rules of the family `runtime` that look at what jobs wrote and stored."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Iterator, Sequence

import click

from secguard.cli.api import api_from, api_options
from secguard.cli.options import report_options, settings_from
from secguard.cli.policy import policy_options
from secguard.cli.search import leave_no_core, needles_of, remarks, search_options, sought, unset
from secguard.cli.variables import variable_options, variables_of_job

if TYPE_CHECKING:
    from secguard.api.client import Api
    from secguard.logs.found import Searched
    from secguard.logs.jobs import Job, Listed

_HINT = "say --job SLUG/NUMBER, --workflow ID, --pipeline ID or --last COUNT"


@click.command()
@click.option("--job", default="", metavar="SLUG/NUMBER", help="This job.")
@click.option("--workflow", default="", metavar="ID", help="The jobs of this workflow.")
@click.option("--pipeline", default="", metavar="ID", help="The jobs of this pipeline.")
@click.option(
    "--last",
    type=click.IntRange(1, 1_000),
    metavar="COUNT",
    help="The jobs of the last pipelines of a project.",
)
@click.option(
    "--project",
    default="",
    metavar="SLUG",
    help="The project, as gh/ORGANISATION/REPOSITORY; by default that of the running pipeline.",
)
@click.option("--branch", default="", help="With --last, only pipelines of this branch.")
@click.option(
    "--artifacts/--no-artifacts", default=True, show_default=True, help="Read artifacts as well."
)
@api_options
@variable_options
@search_options("output or artifact")
@click.option(
    "--workers",
    type=click.IntRange(1, 32),
    default=4,
    show_default=True,
    help="How many threads read.",
)
@policy_options
@report_options
@click.pass_context
def logs(ctx: click.Context, /, **options: Any) -> None:
    """Search logs, artifacts and test results for the secrets of this job.

    By default those of the running pipeline, without the running job. Found are the values of the
    job's variables, in every form that programs write them in, and tokens of known formats.
    """
    from secguard import engine
    from secguard.cli.policy import decided
    from secguard.cli.show import show
    from secguard.logs.read import Limits, Reader
    from secguard.logs.search import search
    from secguard.rules import LOGS, SCAN, rules
    from secguard.triage import triage

    leave_no_core()
    end = time.monotonic() + options["max_seconds"]
    given = decided(ctx, (".",), options, settings_from(options))
    settings, grounds = given.settings, given.grounds
    of_logs = engine.chosen(rules("runtime", only=LOGS), settings, grounds.known)
    of_files = engine.chosen(rules("runtime", only=SCAN), settings, grounds.known)
    selected = (*of_logs, *of_files)
    secrets = (*options["secret"], options["token_variable"])
    known = variables_of_job({**options, "secret": secrets}, grounds.policy)
    formats = any(rule.id.startswith("token-in-") for rule in selected)
    needles = needles_of(known, formats, options["engine_name"])
    api = api_from(ctx, options, end)
    listed = _jobs(api, options, end)
    jobs = [job for job in listed.jobs if job.has_run and not _is_own(job)]
    artifacts = options["artifacts"] and bool(of_files)
    limits = Limits(options["max_bytes"], end, options["workers"], artifacts)
    searched = search(api, Reader(api, needles, limits, options["engine_name"]), jobs)
    searched.problems += (*listed.problems, *unset(known, options["secret"]))
    findings, failed = engine.check(of_logs, [("logs", searched)])
    more, failed_too = engine.check(of_files, [("artifacts", searched.files)])
    result = triage((*findings, *more), grounds, selected)
    notes = _notes(listed, jobs, searched, sought(known, needles), artifacts)
    report = engine.report(
        selected,
        result.findings,
        (*searched.problems, *failed, *failed_too),
        (),
        settings,
        suppressed=result.suppressed,
        notes=(*notes, *remarks(known, needles), *given.notes, *result.notes),
    )
    ctx.exit(show(report, settings, options))


def _jobs(api: Api, options: dict[str, Any], end: float) -> Listed:
    from secguard.errors import UsageError
    from secguard.finding import Location, Problem
    from secguard.logs.jobs import of_number, of_pipeline, of_project, of_workflow, slug_of

    wanted = [name for name in ("job", "workflow", "pipeline", "last") if options[name]]
    if len(wanted) > 1:
        raise UsageError(f"--{wanted[0]} and --{wanted[1]} say different things", _HINT)
    running = os.environ.get("CIRCLE_PIPELINE_ID", "")
    if not wanted and not running:
        raise UsageError("there is no running pipeline here", _HINT)
    if options["job"]:
        slug, _, number = options["job"].rpartition("/")
        if not (number.isdigit() and number.isascii() and len(number) < 16):
            raise UsageError(f"{options['job']!r} is no job", "write it as gh/ORG/REPO/NUMBER")
        listed = of_number(api, slug_of(slug or _project(api, options, running)), int(number))
    elif options["workflow"]:
        listed = of_workflow(api, options["workflow"])
    elif options["last"]:
        slug = slug_of(_project(api, options, running))
        listed = of_project(api, slug, options["branch"], options["last"], end)
    else:
        listed = of_pipeline(api, options["pipeline"] or running)
    if not (listed.jobs or listed.problems):
        message = "nothing was searched, since no job was found"
        listed.problems.append(Problem(Location("."), message, "correct what is asked for"))
    return listed


def _project(api: Api, options: dict[str, Any], running: str) -> str:
    from secguard.errors import SecguardError, UsageError
    from secguard.logs.jobs import project_of
    from secguard.net.failure import AskError

    if options["project"]:
        return str(options["project"])
    if not running:
        raise UsageError("no project is named", "say --project gh/ORGANISATION/REPOSITORY")
    try:
        return project_of(api, running)
    except AskError as error:
        raise SecguardError(
            f"the project is not known: {api.name} {error.message}", "say --project SLUG"
        ) from None


def _is_own(job: Job) -> bool:
    """Tell the running job, whose log is not finished."""
    environ = os.environ.get
    return job.id == environ("CIRCLE_WORKFLOW_JOB_ID", "-") or (
        job.is_running and str(job.number) == environ("CIRCLE_BUILD_NUM")
    )


def _notes(
    listed: Listed, jobs: Sequence[Job], searched: Searched, what: str, artifacts: bool
) -> Iterator[str]:
    from secguard.reporters.view import counted

    files = searched.files
    yield (
        f"searched {counted(searched.outputs, 'output')} and "
        f"{counted(searched.tests, 'test result')} of {counted(len(jobs), 'job')}, "
        f"{counted(files.files, 'artifact')} and {counted(files.members, 'member')} of archives, "
        f"{searched.size / 1e6:,.1f} MB, for {what}"
    )
    if not artifacts:
        yield "artifacts were not read, as you said"
    waiting = sum(not (job.has_run or job.is_lost) for job in listed.jobs)
    if waiting:
        yield f"no log was there of {counted(waiting, 'job')} that did not run"
    if any(map(_is_own, listed.jobs)):
        yield "the running job itself was left out: its log is not finished"
