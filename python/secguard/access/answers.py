"""Reads what the API answers into the model; an answer without what it must have is an AskError."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from secguard.access.model import (
    ApiToken,
    CheckoutKey,
    Claims,
    OrganisationSettings,
    ProjectSettings,
    Restriction,
    RunnerToken,
    Schedule,
    UrlOrb,
    Variable,
    Webhook,
)
from secguard.api.fields import MAX_TEXT, day, flag, inner, needed, raw, text, texts, value
from secguard.net.failure import AskError, Failure
from secguard.sanitize import printable

_MASK = "xxxx"
_TTL = re.compile(r"(?:[0-9]{1,12}(?:ms|s|m|h|d|w)){0,7}", re.ASCII)
_SCHEDULER = ("system-actor", "d9b3fcaa-6032-405a-8c75-40079ce33c3e")


def context_variable(item: Any) -> Variable:
    """Read a variable of a context."""
    created, updated = day(item, "created_at"), day(item, "updated_at")
    return Variable(needed(item, "variable"), created, updated, raw(item, "truncated_value") or "")


def project_variable(item: Any) -> Variable:
    """Read a variable of a project; of its value, what CircleCI shows is its end."""
    shown = raw(item, "value") or ""
    tail = shown[len(_MASK) :] if shown.startswith(_MASK) else ""
    return Variable(needed(item, "name"), day(item, "created-at"), None, tail)


def restriction(item: Any) -> Restriction:
    """Read a restriction; its value is kept as it is, for an expression means what it says."""
    found = raw(item, "restriction_value")
    if not found:
        raise AskError(Failure.UNTRUSTED, "answers without the field 'restriction_value'")
    return Restriction(needed(item, "restriction_type"), found, text(item, "name"))


def checkout_key(item: Any) -> CheckoutKey:
    """Read a checkout key."""
    return CheckoutKey(
        text(item, "fingerprint"),
        needed(item, "type"),
        _switch(item, "preferred"),
        day(item, "created-at"),
    )


def api_token(item: Any) -> ApiToken:
    """Read an API token of a project."""
    return ApiToken(
        text(item, "id"),
        text(item, "label"),
        needed(item, "scope"),
        day(item, "time", "created_at"),
    )


def webhook(item: Any) -> Webhook:
    """Read a webhook; what in its address may be a secret is left out."""
    url, secret = raw(item, "url"), raw(item, "signing-secret")
    if not url or secret is None:
        raise AskError(Failure.UNTRUSTED, "answers without the address or the secret of a webhook")
    return Webhook(
        text(item, "id"), text(item, "name"), _bare(url), _switch(item, "verify-tls"), bool(secret)
    )


def schedule(item: Any) -> Schedule:
    """Read a schedule and whose rights it has."""
    actor = inner(item, "actor")
    login = text(actor, "login").lower()
    system = login in _SCHEDULER or text(actor, "id") in _SCHEDULER
    if not (login or system):
        raise AskError(Failure.UNTRUSTED, "does not tell with whose rights schedules run")
    return Schedule(text(item, "id"), text(item, "name"), login, system)


def claims(answer: Any) -> Claims:
    """Read the custom claims of identity tokens."""
    needed(answer, "org_id")
    audience = () if value(answer, "audience") is None else texts(answer, "audience")
    if audience is None:
        raise AskError(Failure.UNTRUSTED, "answers with an audience that is none")
    ttl = value(answer, "ttl") or ""
    if not isinstance(ttl, str) or not _TTL.fullmatch(ttl):
        raise AskError(Failure.UNTRUSTED, "answers with a life of tokens that is none")
    return Claims(audience, ttl)


def _switch(item: Any, name: str) -> bool:
    found = flag(item, name)
    if found is None:
        raise AskError(Failure.UNTRUSTED, f"answers without the field {name!r}")
    return found


def url_orb(item: Any) -> UrlOrb:
    """Read an entry of the list of addresses that orbs may come from."""
    return UrlOrb(text(item, "name"), needed(item, "prefix"), text(item, "auth"))


def runner_token(item: Any, resource_class: str) -> RunnerToken:
    """Read a token of self-hosted runners."""
    created = day(item, "created_at")
    return RunnerToken(text(item, "id"), text(item, "nickname"), resource_class, created)


def security_contacts(answer: Any) -> tuple[str, ...]:
    """Read the addresses for news of incidents, in whichever shape they come."""
    found = inner(answer, "contacts") or answer
    for name in found if isinstance(found, dict) else ():
        if "security" in name and isinstance(found[name], list):
            return tuple(printable(str(one), MAX_TEXT) for one in found[name] if one)
    raise AskError(Failure.UNTRUSTED, "answers in a way that is not known")


def organisation_settings(answer: Any) -> OrganisationSettings:
    """Read the switches of an organisation as version 3 of the API has them."""
    found = inner(inner(answer, "data"), "attributes")
    return OrganisationSettings(
        flag(found, "enable_unversioned_config"),
        flag(found, "enable_uncertified_public_orbs"),
        flag(found, "is_context_group_restriction_required"),
    )


def old_organisation_settings(answer: Any) -> OrganisationSettings:
    """Read the switches of an organisation as version 1.1 of the API has them."""
    found = inner(answer, "feature_flags")
    return OrganisationSettings(
        flag(found, "allow_api_trigger_with_config_enabled", "allow_api_trigger_with_config"),
        flag(found, "allow_uncertified_public_orbs"),
        flag(found, "require_context_group_restriction"),
    )


def project_settings(answer: Any) -> ProjectSettings:
    """Read the switches of a project."""
    found = inner(answer, "advanced")
    return ProjectSettings(
        build_forks=flag(found, "build_fork_prs"),
        secrets_to_forks=flag(found, "forks_receive_secret_env_vars"),
        public=flag(found, "oss"),
        ssh_disabled=flag(found, "disable_ssh"),
        admin_only=flag(found, "write_settings_requires_admin"),
    )


def unversioned_config(answer: Any) -> bool:
    """Read whether a project allows configs that are in no repository."""
    found = flag(inner(inner(answer, "data"), "attributes"), "enable_unversioned_config")
    if found is None:
        raise AskError(Failure.UNTRUSTED, "does not tell it")
    return found


def _bare(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AskError(Failure.UNTRUSTED, "answers with an address that is none") from None
    where = f"{host}:{port}" if port else host
    return printable(f"{parts.scheme}://{where}{parts.path}", MAX_TEXT)
