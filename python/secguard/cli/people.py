"""Options that say whether and how GitHub is asked about people, and what they come to."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Callable, Collection, Sequence, TypeVar

import click

from secguard.cli.api import wire_to
from secguard.errors import UsageError

if TYPE_CHECKING:
    from secguard.access.estate import Estate
    from secguard.access.people import People
    from secguard.api.github import GitHub

F = TypeVar("F", bound=Callable[..., Any])

_CLOUD = "https://api.github.com"
_PAUSE = 90.0
"""Seconds that GitHub may ask to wait: it counts some limits by the minute."""
_GITHUB = ("gh/", "github/")
_NAME = re.compile(r"[\w.-]{1,100}/[\w.-]{1,100}", re.ASCII)


def people_options(function: F) -> F:
    """Add the options about people, as GitHub knows them."""
    for option in reversed(
        (
            click.option(
                "--github-token-variable",
                default="",
                metavar="NAME",
                help="Ask GitHub about people and branches, with the token in this variable.",
            ),
            click.option(
                "--github-url",
                default=_CLOUD,
                show_default=True,
                help="GitHub's API; https://HOST/api/v3 for a GitHub Enterprise Server.",
            ),
            click.option(
                "--github-repository",
                multiple=True,
                metavar="OWNER/NAME",
                help="A repository whose default branch is looked at; by default those of the "
                "projects (repeatable).",
            ),
        )
    ):
        function = option(function)
    return function


def github_from(ctx: click.Context, options: dict[str, Any], end: float) -> GitHub | None:
    """Read the options of `people_options`; None where no token is named.

    Nothing is asked after `end`, of the monotonic clock. Raises UsageError for what cannot be used.
    """
    from secguard.api.github import GitHub
    from secguard.runtime.secret import Secret

    _check(options["github_repository"])
    name, url = options["github_token_variable"], options["github_url"]
    if not name:
        return None
    token = os.environ.get(name, "")
    if not token:
        hint = "give the job a context that has one"
        raise UsageError(f"there is no GitHub token in {name}", hint)
    wire = wire_to(ctx, {**options, "host": url}, (), options["plain_host"], end, max_wait=_PAUSE)
    return GitHub(wire, Secret(name, token.encode("utf-8", "replace")), url)


def people_from(
    github: GitHub | None, given: Sequence[str], estate: Estate, rules: Collection[str]
) -> People | None:
    """Ask about the organisation and the projects of an estate, as far as some rules need it.

    `given` are repositories that somebody named, in the place of those of the projects.
    """
    from secguard.access.needs import parts
    from secguard.access.people import people

    wanted = parts(rules)
    needed = wanted is None or any(one.startswith("people.") for one in wanted)
    if github is None or not needed:
        return None
    owner, repositories = _named(given, estate)
    return people(github, owner, repositories, estate.policy.people, estate.today, wanted)


def _check(repositories: Sequence[str]) -> None:
    wrong = next((one for one in repositories if not _NAME.fullmatch(one)), None)
    if wrong is not None:
        raise UsageError(f"{wrong!r} is no repository", "write it as OWNER/NAME")


def _named(given: Sequence[str], estate: Estate) -> tuple[str, tuple[str, ...]]:
    """Say which organisation at GitHub is meant, and which repositories."""
    slugs = [one.slug for one in estate.projects if one.slug.startswith(_GITHUB)]
    found = tuple(given) or tuple(slug.partition("/")[2] for slug in slugs)
    org = estate.organisation.slug if estate.organisation is not None else ""
    if org.startswith(_GITHUB):
        return org.partition("/")[2], found
    if not found:
        raise UsageError(
            "which organisation of GitHub is meant is not known",
            "name a repository of it with --github-repository OWNER/NAME",
        )
    return found[0].partition("/")[0], found
