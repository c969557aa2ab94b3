"""Options that say of which organisation and projects the settings are, and the asking."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any, Callable, Collection, Iterable, TypeVar

import click

from secguard.cli.api import api_options
from secguard.errors import SecguardError, UsageError

if TYPE_CHECKING:
    from secguard.access.estate import Estate
    from secguard.access.model import Project
    from secguard.api.client import Api
    from secguard.circleci.config import Config
    from secguard.triage import Grounds

F = TypeVar("F", bound=Callable[..., Any])

_ORGANISATION = re.compile(r"[^/\s]+/[^/\s]+/?")


def estate_options(function: F) -> F:
    """Add the options about organisation, projects and CircleCI's API."""
    for option in reversed(
        (
            click.option(
                "--org",
                default="",
                metavar="SLUG",
                help="The organisation, as gh/ORGANISATION; by default that of the project.",
            ),
            click.option(
                "--project",
                multiple=True,
                metavar="SLUG",
                help="A project, as gh/ORGANISATION/REPOSITORY; by default that of the running "
                "pipeline (repeatable).",
            ),
            api_options,
            click.option(
                "--max-seconds",
                type=click.IntRange(1, 3_600),
                default=600,
                show_default=True,
                help="How long all questions may take together.",
            ),
        )
    ):
        function = option(function)
    return function


def estate_of(
    api: Api,
    options: dict[str, Any],
    configs: Iterable[Config],
    rules: Collection[str],
    end: float,
    grounds: Grounds,
) -> Estate:
    """Ask for the organisation and the projects of the options, as far as some rules need it.

    Raises UsageError where nobody says which ones these are.
    """
    from secguard.access import gather
    from secguard.access.estate import Estate
    from secguard.access.needs import parts
    from secguard.net.spread import spread

    slugs = _projects(api, options)
    org = options["org"] or (slugs[0].rpartition("/")[0] if slugs else "")
    if not org:
        raise UsageError("no organisation is named", "say --org gh/ORGANISATION")
    if not _ORGANISATION.fullmatch(org):
        raise UsageError(f"{org!r} is no organisation", "write it as gh/ORGANISATION")
    wanted = parts(rules)
    organisation = gather.organisation(api, org, wanted=wanted, seconds=end - time.monotonic())
    own = organisation.settings
    features = own is None or own.unversioned_config is None

    def ask(slug: str) -> Project | None:
        return gather.project(api, slug, wanted=wanted, features=features)

    asked: dict[str, Project | None] = dict(spread(ask, slugs, None, end))
    projects = tuple(asked[slug] or gather.late(slug) for slug in slugs)
    # NOTE: the configs here are those of the one project; of several, nobody says whose they are.
    owner = projects[0].slug if len(projects) == 1 else ""
    joined = tuple((owner, config) for config in configs)
    return Estate(grounds.today, organisation, projects, joined, policy=grounds.policy)


def _projects(api: Api, options: dict[str, Any]) -> tuple[str, ...]:
    from secguard.access.gather import short
    from secguard.logs.jobs import project_of, slug_of
    from secguard.net.failure import AskError

    if options["project"]:
        return tuple(dict.fromkeys(short(slug_of(one)) for one in options["project"]))
    running = os.environ.get("CIRCLE_PIPELINE_ID", "")
    if options["org"]:
        return ()
    if not running:
        raise UsageError("no project is named", "say --project gh/ORGANISATION/REPOSITORY or --org")
    try:
        return (project_of(api, running),)
    except AskError as error:
        raise SecguardError(
            f"the project is not known: {api.name} {error.message}", "say --project SLUG"
        ) from None
