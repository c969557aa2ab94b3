"""Finds the projects of an organisation, as far as CircleCI's API names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Mapping
from urllib.parse import urlsplit

from secguard.api.client import Api, path
from secguard.api.fields import items, needed, text, texts
from secguard.api.slugs import SHORT
from secguard.net.failure import AskError, Failure


@dataclass(frozen=True)
class Named:
    """The projects of an organisation that are known."""

    slugs: frozenset[str]
    notes: tuple[str, ...] = ()
    """How many came from where."""
    gaps: tuple[str, ...] = ()
    """What could not be had."""


def projects(api: Api, organisation: str) -> Named:
    """Ask for the projects of an organisation.

    No official list is complete: one names what has run in the last ninety days, the other what
    the owner of the token follows. Raises AskError where neither can be had.
    """
    found: set[str] = set()
    notes, gaps, errors = [], [], []
    for name, source in (
        ("CircleCI's insights name", _active),
        ("the token's owner follows", _followed),
    ):
        try:
            slugs = set(source(api, organisation))
        except AskError as error:
            errors.append(error)
            gaps.append(f"projects that {name} are unknown: {api.name} {error.message}")
            continue
        found |= slugs
        notes.append(f"projects that {name}: {len(slugs):,}")
    if len(errors) == 2:
        raise errors[0]
    return Named(frozenset(found), tuple(notes), tuple(gaps))


def _active(api: Api, organisation: str) -> Iterator[str]:
    answer = api.get(
        path("/api/v2/insights/{}/summary", organisation), {"reporting-window": "last-90-days"}
    )
    ran, known = items(answer, "org_project_data"), texts(answer, "all_projects")
    if ran is None and known is None:
        raise AskError(Failure.UNTRUSTED, "answers without the list that was asked for")
    names = {needed(one, "project_name") for one in ran or ()}
    for name in names.union(known or ()) - {""}:
        if "/" not in name:
            yield f"{organisation}/{name}"


def _followed(api: Api, organisation: str) -> Iterator[str]:
    for item in api.pages("/api/v1.1/projects"):
        slug = _slug(item)
        if not slug:
            raise AskError(Failure.UNTRUSTED, "names projects in a way that is not known")
        if slug.startswith(f"{organisation}/"):
            yield slug


def _slug(item: Mapping[str, object]) -> str:
    try:
        parts = urlsplit(text(item, "vcs_url")).path.strip("/").split("/")
    except ValueError:
        parts = []
    kind = text(item, "vcs_type")
    if kind == "circleci" and len(parts) >= 2:
        return "/".join(("circleci", *parts[-2:]))
    owner, name = text(item, "username"), text(item, "reponame")
    return f"{SHORT.get(kind, kind)}/{owner}/{name}" if kind and owner and name else ""
