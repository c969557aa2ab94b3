"""Finds the projects of an organisation, as far as CircleCI's API names them."""

from __future__ import annotations

from typing import Iterator, Mapping
from urllib.parse import urlsplit

from secguard.api.client import Api, path
from secguard.api.fields import items, text, texts
from secguard.api.slugs import SHORT
from secguard.net.failure import AskError


def projects(api: Api, organisation: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give the slugs of an organisation's projects, and a note for each source of them.

    No official list is complete: one names what has run in the last ninety days, the other what
    the owner of the token follows. Raises AskError where neither can be had.
    """
    found: set[str] = set()
    notes = []
    errors = []
    for name, source in (
        ("CircleCI's insights name", _active),
        ("the token's owner follows", _followed),
    ):
        try:
            slugs = set(source(api, organisation))
        except AskError as error:
            errors.append(error)
            notes.append(f"projects that {name} are unknown: the API {error.message}")
            continue
        found |= slugs
        notes.append(f"{len(slugs):,} projects are those that {name}")
    if len(errors) == 2:
        raise errors[0]
    return frozenset(found), tuple(notes)


def _active(api: Api, organisation: str) -> Iterator[str]:
    answer = api.get(
        path("/api/v2/insights/{}/summary", organisation), {"reporting-window": "last-90-days"}
    )
    names = {text(one, "project_name") for one in items(answer, "org_project_data") or ()}
    names.update(texts(answer, "all_projects") or ())
    for name in names - {""}:
        if "/" not in name:
            yield f"{organisation}/{name}"


def _followed(api: Api, organisation: str) -> Iterator[str]:
    for item in api.pages("/api/v1.1/projects"):
        slug = _slug(item)
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
