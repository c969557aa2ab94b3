"""`secguard access`: who may do what, by CircleCI's settings and the configs beside them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Iterator

import click

from secguard.cli.api import api_from
from secguard.cli.estate import estate_of, estate_options
from secguard.cli.known import baseline_options
from secguard.cli.options import Paths, report_options, settings_from
from secguard.cli.people import github_from, people_from, people_options
from secguard.cli.policy import policy_options

if TYPE_CHECKING:
    from secguard.access.estate import Estate
    from secguard.api.client import Api

_EMPTY = "holds no CircleCI config"


@click.command()
@click.argument("paths", nargs=-1, type=Paths(), envvar="SECGUARD_ACCESS_PATHS")
@estate_options
@people_options
@click.option(
    "--checklist",
    is_flag=True,
    help="Print what only a person can check, and when each was confirmed; ask nobody.",
)
@policy_options
@baseline_options
@report_options
@click.pass_context
def access(ctx: click.Context, /, paths: tuple[str, ...], **options: Any) -> None:
    """Audit settings and contexts at CircleCI, and people and branches at GitHub.

    PATHS hold the configs of the project; without any, those of this directory. Settings are
    judged together with what these configs do. Nothing is changed.
    """
    from secguard import engine
    from secguard.access.checklist import as_text, checklist
    from secguard.cli.known import write_baseline
    from secguard.cli.policy import decided
    from secguard.cli.show import show
    from secguard.masks import cover
    from secguard.rules import ACCESS, rules
    from secguard.targets import Sources, load
    from secguard.triage import triage

    end = time.monotonic() + options["max_seconds"]
    wanted = tuple(path for path in paths if path)
    given = decided(ctx, wanted or (".",), options, settings_from(options))
    settings, grounds = given.settings, given.grounds
    if options["checklist"]:
        click.echo(as_text(checklist(grounds.policy.reviews, None), grounds.today), nl=False)
        return
    selected = engine.chosen(rules("access", only=ACCESS), settings, grounds.known)
    loaded = load(wanted or (".",), Sources(policy=grounds.policy))
    cover(loaded)
    if not wanted:
        loaded.problems = [one for one in loaded.problems if _EMPTY not in one.message]
    api, github = api_from(ctx, options, end), github_from(ctx, options, end)
    ids = {rule.id for rule in selected}
    estate = estate_of(api, options, loaded.configs, ids, end, grounds)
    people = people_from(github, options["github_repository"], estate, ids)
    estate = replace(estate, people=people)
    findings, failed = engine.check(selected, [("access", estate)])
    result = triage(findings, grounds, selected)
    report = engine.report(
        selected,
        result.findings,
        (*loaded.problems, *estate.unverified, *failed),
        loaded.sources.values(),
        settings,
        suppressed=result.suppressed,
        opaque=(name for config in loaded.configs for name in config.expansion.opaque),
        notes=(*_notes(api, estate), *loaded.notes, *given.notes, *result.notes),
    )
    if options["write_baseline"] is not None:
        report = write_baseline(report, options["write_baseline"])
    ctx.exit(show(report, settings, options))


def _notes(api: Api, estate: Estate) -> Iterator[str]:
    from secguard.access.checklist import as_note, checklist
    from secguard.reporters.view import counted

    organisation = estate.organisation
    contexts = organisation.contexts if organisation is not None else None
    held = "whose contexts could not be read"
    if contexts is not None:
        variables = sum(len(one.variables or ()) for one in contexts)
        held = f"{counted(len(contexts), 'context')} with {counted(variables, 'variable')}"
    slug = organisation.slug if organisation is not None else ""
    yield f"{api.name} told of {counted(len(estate.projects), 'project')} and of '{slug}', {held}"
    jobs = len({(one.project, one.job) for held in estate.uses.values() for one in held})
    if estate.configs:
        read = counted(len(estate.configs), "config")
        yield f"joined with {read} here, by which {counted(jobs, 'job')} may hold contexts"
    else:
        yield "there is no config here, so settings were judged by themselves"
    if estate.configs and not any(owner for owner, _ in estate.configs):
        yield "which project these configs belong to is not known: name it with --project"
    if estate.people is None:
        yield "GitHub was not asked about people and branches: see --github-token-variable"
    yield as_note(checklist(estate.policy.reviews, estate.people), estate.today)
    found = (one for project in estate.projects for one in project.schedules or ())
    actors = sorted({one.actor for one in found if one.actor and not one.system})
    if actors and (estate.people is None or estate.people.members is None):
        yield f"schedules run as {', '.join(actors)}; see whether they are still members"
