"""Asks the API for an organisation and its projects, each on its own."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import partial
from typing import Any, Callable, TypeVar

from secguard.access import answers
from secguard.access.asking import Asks, Gaps
from secguard.access.model import (
    Context,
    Organisation,
    OrganisationSettings,
    Policies,
    Project,
    ProjectSettings,
    RunnerToken,
)
from secguard.access.restrictions import not_understood
from secguard.api.client import path
from secguard.api.fields import day, flag, inner, items, needed, raw, text
from secguard.api.slugs import LONG, SHORT, old
from secguard.finding import Location, Problem
from secguard.net.failure import AskError, Failure
from secguard.net.spread import spread

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANY_CONFIG = "whether it allows configs that are in no repository"
_CLAIMS = "the claims of identity tokens"
_SILENT = AskError(Failure.UNTRUSTED, "does not tell them")

T = TypeVar("T")


def short(slug: str) -> str:
    """Write a slug as version 2 of the API does: `gh/acme` for `github/acme`."""
    host, slash, rest = slug.strip("/").partition("/")
    return f"{SHORT.get(host, host)}{slash}{rest}"


def organisation(
    api: Asks, slug: str, *, wanted: frozenset[str] | None = None, seconds: float = 600.0
) -> Organisation:
    """Ask for an organisation; what cannot be read is None and a problem, and nothing is raised.

    `wanted` names the parts to ask for, as `organisation.contexts`; None stands for all of them.
    After so many seconds no context is waited for any more.
    """
    slug = short(slug)
    gaps = Gaps(api, Location(f"org:{slug}"), slug, wanted)
    try:
        id, name = _identity(api, slug)
    except AskError as error:
        gaps.add("", "the settings and contexts", error)
        return Organisation(slug, unverified=gaps.problems())

    def ask(part: str, title: str, read: Callable[[], Any]) -> Any:
        return gaps.ask(f"organisation.{part}", title, read)

    end = time.monotonic() + seconds
    claims = path("/api/v2/org/{}/oidc-custom-claims", id)
    contacts = path("/api/v2/org/{}/contacts", id)
    streams = path("/api/v2/organizations/{}/audit-log/configs", id)
    found = Organisation(
        slug,
        id,
        name,
        contexts=ask("contexts", "the contexts", lambda: _contexts(api, id, gaps, end)),
        settings=ask("settings", "the settings", lambda: _switches(api, id, slug, gaps)),
        url_orbs=ask("url_orbs", "the allowed addresses of orbs", lambda: _url_orbs(api, id)),
        claims=ask("claims", _CLAIMS, lambda: answers.claims(api.get(claims))),
        policies=ask("policies", "the config policies", lambda: _policies(api, id)),
        audit_streams=ask(
            "audit_streams", "the streams of the audit log", lambda: len(tuple(api.pages(streams)))
        ),
        security_contacts=ask(
            "security_contacts",
            "the security contacts",
            lambda: answers.security_contacts(api.get(contacts)),
        ),
        runner_tokens=ask("runner_tokens", "the tokens of runners", lambda: _runners(api, id)),
    )
    return replace(found, unverified=gaps.problems())


def project(
    api: Asks, slug: str, *, wanted: frozenset[str] | None = None, features: bool = True
) -> Project:
    """Ask for a project; what cannot be read is None and a problem, and nothing is raised.

    Without `features`, it is not asked whether the project allows configs that are in no
    repository: the organisation's switch, where it is known, has the last word.
    """
    slug = short(slug)
    gaps = Gaps(api, Location(f"project:{slug}"), slug, wanted)
    try:
        own = path("/api/v2/project/{}", slug)
        about = api.get(own)
        id, owner = needed(about, "id"), needed(about, "organization_id")
    except AskError as error:
        gaps.add("", "the settings, keys and variables", error)
        return Project(slug, unverified=gaps.problems())

    def ask(part: str, title: str, read: Callable[[], Any]) -> Any:
        return gaps.ask(f"project.{part}", title, read)

    def listed(part: str, title: str, make: Callable[[Any], T], at: str, **params: str) -> Any:
        return ask(part, title, lambda: tuple(map(make, api.pages(at, params))))

    hooks = {"scope-id": id, "scope-type": "project"}
    tokens = path("/api/v1.1/project/{}/token", old(slug))
    claims = path("/api/v2/org/{}/project/{}/oidc-custom-claims", owner, id)
    switch = path("/api/v3/projects/{}/settings", id)
    project_variable, checkout_key = answers.project_variable, answers.checkout_key
    found = Project(
        slug,
        id,
        text(about, "name"),
        text(inner(about, "vcs_info"), "provider"),
        text(inner(about, "vcs_info"), "default_branch"),
        settings=ask("settings", "the settings", lambda: _project_settings(api, slug, gaps)),
        unversioned_config=ask(
            "unversioned_config", _ANY_CONFIG, lambda: answers.unversioned_config(api.get(switch))
        )
        if features
        else None,
        variables=listed("variables", "the variables", project_variable, f"{own}/envvar"),
        keys=listed(
            "keys", "the checkout keys", checkout_key, f"{own}/checkout-key", digest="sha256"
        ),
        tokens=listed("tokens", "the API tokens", answers.api_token, tokens),
        webhooks=listed("webhooks", "the webhooks", answers.webhook, "/api/v2/webhook", **hooks),
        schedules=listed("schedules", "the schedules", answers.schedule, f"{own}/schedule"),
        claims=ask("claims", _CLAIMS, lambda: answers.claims(api.get(claims))),
    )
    return replace(found, unverified=gaps.problems())


def late(slug: str) -> Project:
    """Give a project that was not asked for, since the time was up."""
    message = f"nothing of '{slug}' could be verified: the time was up"
    return Project(slug, unverified=(Problem(Location(f"project:{slug}"), message, "wait longer"),))


def _identity(api: Asks, slug: str) -> tuple[str, str]:
    """Find the id of an organisation, and its name."""
    rest = slug.partition("/")[2]
    if not _UUID.fullmatch(rest):
        try:
            for item in api.pages("/api/v2/me/collaborations"):
                if short(text(item, "slug")) == slug and text(item, "id"):
                    return text(item, "id"), text(item, "name")
        except AskError:
            pass  # what follows tells as much
    found = api.get(path("/api/v2/organization/{}", rest if _UUID.fullmatch(rest) else slug))
    return needed(found, "id"), text(found, "name")


def _contexts(api: Asks, id: str, gaps: Gaps, end: float) -> tuple[Context, ...]:
    listed = tuple(
        Context(needed(item, "id"), needed(item, "name"), day(item, "created_at"))
        for item in api.pages("/api/v2/context", {"owner-id": id})
    )
    late = AskError(Failure.UNREACHABLE, "was not asked: the time was up")
    found = spread(partial(_context, api, listed), range(len(listed)), (late, late), end)
    complete = []
    for number, context in enumerate(listed):
        variables, restrictions = found[number]
        for title, one in (("variables", variables), ("restrictions", restrictions)):
            if isinstance(one, AskError):
                gaps.add("organisation.contexts", f"{title} of contexts", one, context.name)
        context = replace(
            context,
            variables=None if isinstance(variables, AskError) else variables,
            restrictions=None if isinstance(restrictions, AskError) else restrictions,
        )
        if any(not_understood(context)):
            odd = AskError(Failure.UNTRUSTED, "names restrictions that are not understood")
            gaps.add("organisation.contexts", "restrictions of contexts", odd, context.name)
        complete.append(context)
    return tuple(sorted(complete, key=lambda one: (one.name, one.id)))


def _context(api: Asks, contexts: tuple[Context, ...], number: int) -> tuple[Any, Any]:
    """Give the variables and the restrictions of a context, or why they cannot be had."""
    id = contexts[number].id
    found: list[Any] = []
    for template, make in (
        ("/api/v2/context/{}/environment-variable", answers.context_variable),
        ("/api/v2/context/{}/restrictions", answers.restriction),
    ):
        try:
            found.append(tuple(map(make, api.pages(path(template, id)))))
        except AskError as error:
            found.append(error)
    return found[0], found[1]


def _switches(api: Asks, id: str, slug: str, gaps: Gaps) -> OrganisationSettings:
    host, _, name = slug.partition("/")
    try:
        found = answers.organisation_settings(api.get(path("/api/v3/orgs/{}/settings", id)))
    except AskError:
        if host not in LONG:
            raise
        there = path("/api/v1.1/organization/{}/{}/settings", LONG[host], name)
        found = answers.old_organisation_settings(api.get(there))
    needed_here = ["unversioned_config", "uncertified_orbs"]
    needed_here += ["group_restriction_required"] if host == "gh" else []
    for one in needed_here:
        if getattr(found, one) is None:
            gaps.add("organisation.settings", "the settings", _SILENT, one)
    return found


def _url_orbs(api: Asks, id: str) -> tuple[Any, ...]:
    listed = api.pages(path("/api/v2/organization/{}/url-orb-allow-list", id))
    return tuple(map(answers.url_orb, listed))


def _policies(api: Asks, id: str) -> Policies:
    base = "/api/v2/owner/{}/context/config"
    enabled = flag(api.get(path(f"{base}/decision/settings", id)), "enabled")
    bundle = api.get(path(f"{base}/policy-bundle", id))
    known = isinstance(bundle, dict) and all(isinstance(one, list) for one in bundle.values())
    if enabled is None or not known:
        raise AskError(Failure.UNTRUSTED, "answers in a way that is not known")
    return Policies(enabled, tuple(sorted(bundle)))


def _runners(api: Asks, id: str) -> tuple[RunnerToken, ...]:
    found: list[RunnerToken] = []
    for item in _items(api.get("/api/v3/runner/resource", {"org-id": id})):
        name = needed(item, "resource_class")
        answer = api.get(
            "/api/v3/runner/token", {"resource-class": raw(item, "resource_class") or ""}
        )
        found.extend(answers.runner_token(token, name) for token in _items(answer))
    return tuple(found)


def _items(answer: Any) -> tuple[Any, ...]:
    # NOTE: unlike the rest of version 3, runners are listed as version 2 lists things.
    found = items(answer, "items")
    if found is None:
        raise AskError(Failure.UNTRUSTED, "answers without the list that was asked for")
    return found


def _project_settings(api: Asks, slug: str, gaps: Gaps) -> ProjectSettings:
    found = answers.project_settings(api.get(path("/api/v2/project/{}/settings", slug)))
    names = ["public", "ssh_disabled", "admin_only"]
    # NOTE: a project that no code host owns is not built for forks, and says nothing of them.
    names += ["build_forks", "secrets_to_forks"] if not slug.startswith("circleci/") else []
    for name in names:
        if getattr(found, name) is None:
            gaps.add("project.settings", "the settings", _SILENT, name)
    return found
