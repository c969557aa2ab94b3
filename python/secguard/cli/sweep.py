"""`secguard sweep`: all projects of an organisation, on as many nodes as there are."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secguard.cli.api import api_from, api_options
from secguard.cli.files import write_file
from secguard.cli.known import baseline_options
from secguard.cli.options import report_options, rule_options, settings_from
from secguard.cli.policy import policy_options
from secguard.cli.sweeping import plan_options, run_options, state_option
from secguard.errors import UsageError

if TYPE_CHECKING:
    from secguard.access.model import Organisation
    from secguard.cli.policy import Decided
    from secguard.rule import Rule
    from secguard.sweep.node import Progress
    from secguard.sweep.plan import Plan
    from secguard.sweep.state import State

_GRACE = 60.0
_TOLD_EVERY = 5.0
_MAX_LIST = 32 << 20


@click.group(invoke_without_command=True)
@state_option
@plan_options
@run_options
@api_options
@policy_options
@baseline_options
@report_options
@click.pass_context
def sweep(ctx: click.Context, /, **options: Any) -> None:
    """Audit all projects of an organisation.

    Without a command, this plans a sweep, runs it on this machine alone and shows what it found.
    Where the state has a plan, it goes on from there.
    """
    if ctx.invoked_subcommand is not None:
        return
    from secguard.sweep.state import State

    state = State(options["state"])
    if not state.has_plan:
        _plan(ctx, state, options)
    options["node"] = options["node"] or "0/1"
    _run(ctx, state, options)
    ctx.exit(_merge(ctx, state, options))


@sweep.command()
@state_option
@plan_options
@api_options
@click.option("--max-seconds", type=click.IntRange(1, 3_600), default=1_200, show_default=True)
@policy_options
@click.pass_context
def plan(ctx: click.Context, /, **options: Any) -> None:
    """Find the projects, and ask once for what belongs to the organisation."""
    from secguard.sweep.state import State

    _plan(ctx, State(options["state"]), options)


@sweep.command()
@state_option
@run_options
@api_options
@policy_options
@click.option("--strict", is_flag=True, help="Run the rules that are a matter of policy, too.")
@rule_options
@click.pass_context
def run(ctx: click.Context, /, **options: Any) -> None:
    """Look at this node's share of the projects; the merge tells what was found, and what not."""
    from secguard.sweep.state import State

    _run(ctx, State(options["state"]), options)


@sweep.command()
@state_option
@policy_options
@baseline_options
@report_options
@click.pass_context
def merge(ctx: click.Context, /, **options: Any) -> None:
    """Put together what all nodes found, and show it; nothing is asked."""
    from secguard.sweep.state import State

    ctx.exit(_merge(ctx, State(options["state"]), options))


def _plan(ctx: click.Context, state: State, options: dict[str, Any]) -> None:
    from datetime import date

    from secguard.access.gather import organisation, short
    from secguard.errors import SecguardError
    from secguard.net.failure import AskError
    from secguard.sweep.answers import Recorder
    from secguard.sweep.plan import make_plan
    from secguard.sweep.projects import Named, projects
    from secguard.sweep.state import ANSWERS, PLAN

    end = time.monotonic() + options["max_seconds"]
    if not options["org"]:
        raise UsageError("no organisation is named", "say --org gh/ORGANISATION")
    slug = short(options["org"])
    api = api_from(ctx, options, end)
    if options["projects"] is not None:
        named = Named(frozenset(_listed(options["projects"])))
    else:
        try:
            named = projects(api, slug)
        except AskError as error:
            hint = "name them with --projects FILE, or give the token of somebody who may see them"
            message = f"the projects of '{slug}' are not known: {api.name} {error.message}"
            raise SecguardError(message, hint) from None
    recorder = Recorder(api)
    organisation(recorder, slug, seconds=end - time.monotonic())
    day = (options["today"] or date.today()).isoformat()
    costs = state.costs(options["costs"])
    made = make_plan(slug, day, named.slugs, costs, named.notes, named.gaps)
    write_file(state.folder / ANSWERS, recorder.written())
    write_file(state.folder / PLAN, made.written())
    for note in (*named.notes, *named.gaps):
        click.echo(note, err=True)
    click.echo(f"planned: {len(made.tasks):,} projects of '{slug}'", err=True)


def _listed(path: Path) -> list[str]:
    from secguard.access.gather import short
    from secguard.logs.jobs import slug_of

    with path.open("rb") as stream:
        data = stream.read(_MAX_LIST + 1)
    if len(data) > _MAX_LIST:
        raise UsageError(f"{path} is too long", "name fewer projects")
    lines = (
        line.partition("#")[0].strip() for line in data.decode("utf-8", "replace").splitlines()
    )
    return [short(slug_of(line)) for line in lines if line]


def _run(ctx: click.Context, state: State, options: dict[str, Any]) -> None:
    from hashlib import sha256

    from secguard.access.needs import parts
    from secguard.sweep.look import Looker
    from secguard.sweep.node import work
    from secguard.sweep.plan import share

    index, total = _node(options["node"])
    end = time.monotonic() + options["max_seconds"]
    plan = state.plan()
    given = _decided(ctx, options, plan)
    chosen = _rules(given)
    config, access = ([one for one in chosen if one.family == x] for x in ("config", "access"))
    done = {record.slug for record in state.records(plan) if record.whole}
    tasks = [task for task in share(plan.tasks, index, total) if task.slug not in done]
    api = api_from(ctx, options, end + _GRACE, options["rate"] / total)
    token = os.environ[options["token_variable"]].encode("utf-8", "replace")
    looker = Looker(
        api,
        _organisation(state, plan),
        given.grounds,
        config,
        access,
        parts(rule.id for rule in access),
        sha256(b"sweep\0" + token).digest(),
    )
    told = time.monotonic()

    def tell(progress: Progress) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told > _TOLD_EVERY or progress.done == progress.total:
            told = now
            click.echo(progress.line(now), err=True)

    writer = state.writer(plan, index)
    try:
        progress = work(tasks, looker.look, writer.write, tell, end)
    finally:
        writer.close()
    left = progress.total - progress.done
    if left:
        click.echo(f"sweep: the time is up, {left:,} projects are left for another run", err=True)


def _node(text: str) -> tuple[int, int]:
    node = os.environ.get("CIRCLE_NODE_INDEX", "0"), os.environ.get("CIRCLE_NODE_TOTAL", "1")
    given = text or "/".join(node)
    index, slash, total = given.partition("/")
    if not (slash and index.isdecimal() and total.isdecimal() and len(given) < 9):
        raise UsageError(f"{given!r} is no node", "say --node 0/4 for the first of four")
    return int(index), int(total)


def _merge(ctx: click.Context, state: State, options: dict[str, Any]) -> int:
    from secguard import engine
    from secguard.cli.known import write_baseline
    from secguard.cli.show import show
    from secguard.reporters.view import counted
    from secguard.sweep.group import grouped
    from secguard.sweep.merge import merge as merged
    from secguard.sweep.state import COSTS
    from secguard.triage import triage

    plan = state.plan()
    given = _decided(ctx, options, plan)
    settings, selected = given.settings, _rules(given)
    access = [rule for rule in selected if rule.family == "access"]
    found = merged(plan, state.records(plan), _organisation(state, plan), given.grounds, access)
    costs = json.dumps(found.costs, indent=0, sort_keys=True)
    write_file(state.folder / COSTS, f"{costs}\n")
    result = triage(found.findings, given.grounds, selected)
    looked = f"{counted(len(found.costs), 'project')} of '{plan.organisation}' looked at"
    report = engine.report(
        selected,
        result.findings,
        found.problems,
        (),
        settings,
        suppressed=(*found.suppressed, *result.suppressed),
        notes=(looked, *plan.notes, *given.notes, *result.notes),
    )
    if options["write_baseline"] is not None:
        report = write_baseline(report, options["write_baseline"])
    return show(grouped(report, plan.organisation), settings, options)


def _decided(ctx: click.Context, options: dict[str, Any], plan: Plan) -> Decided:
    from dataclasses import replace
    from datetime import date

    from secguard.cli.policy import decided
    from secguard.settings import Settings

    flags = settings_from(options) if "fail_on" in options else Settings()
    flags = replace(
        flags,
        select=tuple(options["select"]),
        ignore=tuple(options["ignore"]),
        strict=options["strict"],
    )
    options = {"baseline": None, **options, "today": date.fromisoformat(plan.day)}
    return decided(ctx, (".",), options, flags)


def _rules(given: Decided) -> tuple[Rule, ...]:
    from secguard import engine
    from secguard.rules import ACCESS, rules

    both = (*rules("config"), *rules("access", only=ACCESS))
    return engine.chosen(both, given.settings, given.grounds.known)


def _organisation(state: State, plan: Plan) -> Organisation:
    from secguard.access.gather import organisation
    from secguard.sweep.answers import Replay

    return organisation(Replay(state.answers()), plan.organisation)
