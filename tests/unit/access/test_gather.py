"""Asking for an organisation and its projects: what is read, and what becomes of failures."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Iterator

import pytest

from secguard.access import gather
from secguard.access.model import (
    ApiToken,
    CheckoutKey,
    Claims,
    OrganisationSettings,
    Policies,
    ProjectSettings,
    Restriction,
    RunnerToken,
    Schedule,
    UrlOrb,
    Variable,
    Webhook,
)
from secguard.access.needs import NEEDS
from secguard.access.people import People
from secguard.api.client import Api
from secguard.finding import Problem
from tests.fakes import circleci_state as state
from tests.fakes.circleci import CircleCI
from tests.unit.api.asking import MADE, TOKEN, api_for

MADE_ON = date(2026, 1, 15)
SET_ON = date(2026, 3, 1)


@pytest.fixture
def circleci() -> Iterator[CircleCI]:
    org = state.Organisation(contacts={"primary": ["a@acme.example"], "security": []})
    prod = org.context("prod", "AWS_SECRET_ACCESS_KEY")
    prod.restrictions = [
        state.Restriction("expression", 'pipeline.git.branch == "main"\nand not job.ssh.enabled'),
        state.Restriction("group", org.id, "All members"),
    ]
    prod.variables[0].updated = state.LATER
    org.context("empty")
    app = org.project("app", build_fork_prs=True)
    app.unversioned_config = True
    app.variables = [state.Variable("NPM_TOKEN", "npm_of-nobody-9f3c")]
    app.keys = [{"type": "github-user-key", "fingerprint": "SHA256:aa"}]
    app.tokens = [{"id": "t1", "label": "deploy", "scope": "all"}]
    app.webhooks = [
        {"url": "https://user:pass@hooks.example:8443/in?token=abc#x", "signing-secret": ""},
        {"name": "sound", "verify-tls": True},
    ]
    app.schedules = [
        {"name": "nightly", "actor": {**state.SOMEBODY, "login": "Alice"}},
        {"name": "system", "actor": {**state.SOMEBODY, "login": "system-actor"}},
    ]
    app.claims = {"audience": ["vault"], "ttl": "30m"}
    with CircleCI(org) as fake:
        yield fake
    while MADE:
        MADE.pop().close()


def client(circleci: CircleCI) -> Api:
    return api_for(circleci.api, circleci.storage)


def said(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{one.where.uri}: {one.message}" for one in problems]


def test_an_organisation_is_read_with_all_its_parts(circleci: CircleCI) -> None:
    org = circleci.org
    org.url_orbs = [{"id": "1", "name": "own", "prefix": "https://orbs.example/", "auth": "none"}]
    org.claims = {"audience": ["vault", "aws"], "ttl": "8h"}
    org.policies_enabled = True
    org.policies = {"orbs": "package org"}
    org.audit_logs = [{"id": "1"}]
    org.runner_classes = ["acme/linux"]
    org.runner_tokens = [
        {"id": "r", "nickname": "old", "resource_class": "acme/linux", "created_at": state.MOMENT}
    ]
    found = gather.organisation(client(circleci), "github/acme")
    assert found.unverified == ()
    assert (found.slug, found.id, found.name) == ("gh/acme", org.id, "acme")
    assert found.settings == OrganisationSettings(False, False, False)
    assert found.claims == Claims(("vault", "aws"), "8h")
    assert found.policies == Policies(True, ("orbs",))
    assert found.url_orbs == (UrlOrb("own", "https://orbs.example/", "none"),)
    assert (found.audit_streams, found.security_contacts) == (1, ())
    assert found.runner_tokens == (RunnerToken("r", "old", "acme/linux", MADE_ON),)
    assert found.contexts is not None
    empty, prod = found.contexts
    assert (empty.name, empty.variables, empty.restrictions) == ("empty", (), ())
    assert prod.variables == (Variable("AWS_SECRET_ACCESS_KEY", MADE_ON, SET_ON, "cret"),)
    assert prod.restrictions == (
        Restriction("expression", 'pipeline.git.branch == "main"\nand not job.ssh.enabled'),
        Restriction("group", org.id, "All members"),
    )


def test_a_project_is_read_with_all_its_parts(circleci: CircleCI) -> None:
    found = gather.project(client(circleci), "gh/acme/app")
    assert found.unverified == ()
    assert (found.name, found.provider, found.default_branch) == ("app", "GitHub", "main")
    assert found.settings == ProjectSettings(True, True, False, False, False)
    assert found.unversioned_config is True
    assert found.variables == (Variable("NPM_TOKEN", MADE_ON, None, "9f3c"),)
    assert found.keys == (CheckoutKey("SHA256:aa", "github-user-key", True, MADE_ON),)
    assert found.tokens == (ApiToken("t1", "deploy", "all", MADE_ON),)
    bad, sound = found.webhooks or ()
    assert bad == Webhook(bad.id, "hook", "https://hooks.example:8443/in", True, False)
    assert sound == Webhook(sound.id, "sound", "https://hooks.example/in", True, True)
    nightly, system = found.schedules or ()
    assert nightly == Schedule(nightly.id, "nightly", "alice")
    assert system.system
    assert found.claims == Claims(("vault",), "30m")


def test_an_organisation_that_no_collaboration_names_is_asked_for_by_its_slug(
    circleci: CircleCI,
) -> None:
    circleci.refuse("/me/collaborations")
    found = gather.organisation(client(circleci), "gh/acme", wanted=frozenset())
    assert (found.id, found.unverified) == (circleci.org.id, ())
    by_id = gather.organisation(client(circleci), f"circleci/{circleci.org.id}", wanted=frozenset())
    assert by_id.id == circleci.org.id


def test_what_the_token_may_not_see_is_unknown_and_one_problem(circleci: CircleCI) -> None:
    for path in ("/audit-log/", "/contacts", "/policy-bundle", "/oidc-custom-claims"):
        circleci.refuse(path)
    found = gather.organisation(client(circleci), "gh/acme")
    assert (found.audit_streams, found.security_contacts, found.policies) == (None, None, None)
    assert found.claims is None and found.contexts is not None
    assert said(found.unverified) == [
        "org:gh/acme: the claims of identity tokens, the config policies, the streams of the audit "
        "log and the security contacts of 'gh/acme' could not be verified: 127.0.0.1 gives the "
        "token no access (403)"
    ]
    assert "audit-log-unstreamed, config-policies-off" in found.unverified[0].hint


def test_what_no_rule_wants_is_not_asked_for(circleci: CircleCI) -> None:
    circleci.fail("status", "/(audit-log|contacts|webhook|schedule)", status=403)
    org = gather.organisation(
        client(circleci), "gh/acme", wanted=frozenset(("organisation.contexts",))
    )
    assert (org.unverified, org.settings, org.audit_streams) == ((), None, None)
    wanted = frozenset(("project.keys",))
    one = gather.project(client(circleci), "gh/acme/app", wanted=wanted)
    assert (one.unverified, one.settings, one.webhooks) == ((), None, None)
    assert one.keys is not None
    assert not circleci.api.asked("webhook") and not circleci.api.asked("settings")


def test_a_context_whose_restrictions_are_unknown_is_not_an_open_one(circleci: CircleCI) -> None:
    for number in range(4):
        circleci.org.context(f"c{number}", "TOKEN")
    circleci.fail("status", "/restrictions", status=404)
    circleci.fail("status", "/environment-variable", status=500)
    found = gather.organisation(
        client(circleci), "gh/acme", wanted=frozenset(("organisation.contexts",))
    )
    assert found.contexts is not None and len(found.contexts) == 6
    assert {one.restrictions for one in found.contexts} == {None}
    assert {one.variables for one in found.contexts} == {None}
    assert said(found.unverified) == [
        "org:gh/acme: variables of contexts ('c0', 'c1', 'c2' and 3 more) of 'gh/acme' could not "
        "be verified: 127.0.0.1 answers with status 500",
        "org:gh/acme: restrictions of contexts ('c0', 'c1', 'c2' and 3 more) of 'gh/acme' could "
        "not be verified: 127.0.0.1 has no such thing, or none that the token may see (404)",
    ]


@pytest.mark.parametrize(("kind", "value"), [("moon-phase", "full"), ("expression", "main or or")])
def test_a_restriction_that_is_not_understood_is_a_problem(
    circleci: CircleCI, kind: str, value: str
) -> None:
    circleci.org.contexts[0].restrictions = [state.Restriction(kind, value)]
    found = gather.organisation(client(circleci), "gh/acme")
    assert [one.split("'gh/acme' ")[1] for one in said(found.unverified)] == [
        "could not be verified: 127.0.0.1 names restrictions that are not understood"
    ]


@pytest.mark.parametrize("kind", ["html", "garbage", "endless", "again", "cut", "text"])
def test_broken_answers_leave_gaps_and_no_good_state(circleci: CircleCI, kind: str) -> None:
    circleci.fail(kind, "/api/v2/(context|org/|owner|organizations|organization/[^/]+/)")
    found = gather.organisation(client(circleci), "gh/acme")
    assert found.contexts is None
    assert (found.policies, found.url_orbs, found.audit_streams) == (None, None, None)
    assert found.claims is None or kind in ("endless", "again")
    assert found.unverified
    assert TOKEN not in repr(found)


def test_fields_with_other_names_are_unknown_and_those_with_hyphens_are_not(
    circleci: CircleCI,
) -> None:
    circleci.fail("swap", "")
    found = gather.project(client(circleci), "gh/acme/app")
    assert found.unverified == ()
    assert found.settings is not None and found.settings.build_forks is True
    circleci.faults.clear()
    circleci.fail("rename", "app/settings", names={"disable_ssh": "ssh", "oss": "is_public"})
    found = gather.project(client(circleci), "gh/acme/app")
    assert found.settings is not None
    assert (found.settings.ssh_disabled, found.settings.public) == (None, None)
    assert said(found.unverified) == [
        "project:gh/acme/app: the settings ('public', 'ssh_disabled') of 'gh/acme/app' could not "
        "be verified: 127.0.0.1 does not tell them"
    ]


def test_settings_come_from_the_older_api_where_the_newer_one_has_none(
    circleci: CircleCI,
) -> None:
    circleci.refuse("/api/v3/orgs/", 404)
    circleci.org.features = {
        "allow_api_trigger_with_config_enabled": True,
        "require_context_group_restriction": True,
    }
    found = gather.organisation(
        client(circleci), "gh/acme", wanted=frozenset(("organisation.settings",))
    )
    assert found.settings == OrganisationSettings(True, None, True)
    assert len(found.unverified) == 1 and "'uncertified_orbs'" in found.unverified[0].message


def test_the_switch_of_a_project_is_left_alone_where_the_organisation_decides(
    circleci: CircleCI,
) -> None:
    found = gather.project(client(circleci), "gh/acme/app", features=False)
    assert found.settings is not None and found.unversioned_config is None
    assert not circleci.api.asked("/api/v3/")
    circleci.refuse("/api/v3/projects/")
    found = gather.project(client(circleci), "gh/acme/app")
    assert len(found.unverified) == 1
    assert found.unverified[0].hint.endswith("rules that need it: config-unversioned")


def test_what_is_not_there_is_a_problem_and_nothing_else(circleci: CircleCI) -> None:
    org = gather.organisation(client(circleci), "gh/nobody")
    one = gather.project(client(circleci), "gh/acme/nothing")
    assert (org.contexts, org.settings, one.settings, one.keys) == (None, None, None, None)
    assert said((*org.unverified, *one.unverified)) == [
        "org:gh/nobody: the settings and contexts of 'gh/nobody' could not be verified: 127.0.0.1 "
        "has no such thing, or none that the token may see (404)",
        "project:gh/acme/nothing: the settings, keys and variables of 'gh/acme/nothing' could not "
        "be verified: 127.0.0.1 has no such thing, or none that the token may see (404)",
    ]


def test_a_slow_api_ends_the_waiting_for_contexts(circleci: CircleCI) -> None:
    circleci.fail("stall", "/restrictions")
    found = gather.organisation(
        client(circleci), "gh/acme", wanted=frozenset(("organisation.contexts",)), seconds=0.5
    )
    assert found.contexts is not None
    assert {one.restrictions for one in found.contexts} == {None}
    assert found.unverified


GITHUB = People("acme", True, ("ada",), (), (), (), members=())


def test_every_part_that_a_rule_needs_is_one_of_the_model(circleci: CircleCI) -> None:
    org = gather.organisation(client(circleci), "gh/acme")
    one = gather.project(client(circleci), "gh/acme/app")
    for part in {part for wanted in NEEDS.values() for part in wanted}:
        owner, name = part.split(".")
        model = {"organisation": org, "project": one, "people": GITHUB}[owner]
        assert getattr(model, name) is not None, part


def test_every_request_is_one_that_the_documentation_names(circleci: CircleCI) -> None:
    text = (Path(__file__).parents[3] / "docs" / "access.md").read_text(encoding="utf-8")
    named = re.findall(r"`GET (/[^`]+)`", text)
    assert len(named) > 20
    patterns = [
        re.compile(re.sub(r"\\{(\w+)\\}", _stands_for, re.escape(template))) for template in named
    ]
    circleci.refuse("/api/v3/orgs/")
    circleci.org.runner_classes = ["acme/linux"]
    gather.organisation(client(circleci), "gh/acme")
    gather.organisation(client(circleci), "gh/nobody")
    gather.project(client(circleci), "gh/acme/app")
    asked = set(circleci.api.asked())
    for path in asked:
        assert any(pattern.fullmatch(path) for pattern in patterns), path
    circleci.faults.clear()
    gather.organisation(client(circleci), "gh/acme")
    asked.update(circleci.api.asked())
    for pattern in patterns:
        assert any(pattern.fullmatch(path) for path in asked), pattern.pattern


def _stands_for(match: re.Match[str]) -> str:
    return "[^/]+/[^/]+/[^/]+" if match[1] == "slug" else "[^/]+"


def test_an_organisation_without_a_code_host_has_no_older_settings(circleci: CircleCI) -> None:
    org = state.Organisation("circleci/AbCdEf123")
    circleci.organisations[org.slug] = org
    circleci.refuse("/api/v3/orgs/", 404)
    wanted = frozenset(("organisation.settings",))
    found = gather.organisation(client(circleci), org.slug, wanted=wanted)
    assert (found.id, found.settings) == (org.id, None)
    assert len(found.unverified) == 1
    assert not circleci.api.asked("/api/v1.1/")


def test_a_runner_is_asked_for_by_its_name_and_shown_by_what_is_safe(circleci: CircleCI) -> None:
    circleci.org.runner_classes = ["acme/li\u202enux"]
    circleci.org.runner_tokens = [{"id": "r", "resource_class": "acme/li\u202enux"}]
    wanted = frozenset(("organisation.runner_tokens",))
    found = gather.organisation(client(circleci), "gh/acme", wanted=wanted)
    assert [one.resource_class for one in found.runner_tokens or ()] == ["acme/li\\u202enux"]


def test_runners_that_are_no_list_are_unknown(circleci: CircleCI) -> None:
    circleci.fail("text", "/api/v3/runner/")
    wanted = frozenset(("organisation.runner_tokens",))
    found = gather.organisation(client(circleci), "gh/acme", wanted=wanted)
    assert found.runner_tokens is None
    assert len(found.unverified) == 1


def test_a_project_for_which_the_time_was_up_is_a_problem() -> None:
    found = gather.late("gh/acme/app")
    assert (found.settings, found.keys) == (None, None)
    assert said(found.unverified) == [
        "project:gh/acme/app: nothing of 'gh/acme/app' could be verified: the time was up"
    ]
