"""Rules about the settings, keys, tokens, webhooks and schedules of projects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from secguard.access.model import ApiToken, CheckoutKey, Project, Schedule, Webhook
from secguard.access.people import People
from secguard.finding import Severity
from tests.unit.rules.access.estates import (
    APP,
    GATED_JOB,
    GOOD,
    OPEN_JOB,
    context,
    estate,
    found,
    organisation,
    project,
    told,
)


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("fork-secrets", {"build_forks": True, "secrets_to_forks": True}, {"build_forks": False}),
        ("fork-builds", {"build_forks": True, "secrets_to_forks": False}, {"build_forks": False}),
        ("ssh-reruns", {"ssh_disabled": False}, {"ssh_disabled": True}),
        ("settings-unprotected", {"admin_only": False}, {"admin_only": True}),
        ("config-unversioned", {"unversioned_config": True}, {"unversioned_config": False}),
        (
            "checkout-key-personal",
            {"keys": (CheckoutKey("aa:bb", "github-user-key"),)},
            {"keys": (CheckoutKey("aa:bb", "deploy-key"),)},
        ),
        ("project-token", {"tokens": (ApiToken("1", "ci", "status"),)}, {"tokens": ()}),
        (
            "webhook-insecure",
            {"webhooks": (Webhook("1", "chat", "https://chat.example", True, False),)},
            {"webhooks": (Webhook("1", "chat", "https://chat.example", True, True),)},
        ),
    ],
)
def test_a_state_is_told_and_its_remedy_and_the_unknown_are_not(
    rule: str, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    (one,) = found(rule, estate(None, project(**bad)))
    assert one.where.uri == f"project:{APP}"
    assert one.hint and one.subject
    assert told(rule, estate(None, project(**good))) == []
    assert told(rule, estate(None, Project(APP))) == []
    unknown = project(build_forks=None)
    assert told(rule, estate(None, unknown)) == []


def test_secrets_for_forks_name_the_jobs_that_a_fork_runs() -> None:
    forks: dict[str, Any] = {"build_forks": True, "secrets_to_forks": True}
    target = estate(None, project(**forks, public=True), configs={APP: OPEN_JOB})
    (one,) = found("fork-secrets", target)
    assert one.severity is Severity.HIGH
    assert "anyone can read them" in one.message
    assert [at.note for at in one.related] == ["a pull request from a fork runs 'test'"]
    (one,) = found("fork-secrets", estate(None, project(**forks), configs={APP: GATED_JOB}))
    assert "whoever may fork it" in one.message and one.related == ()
    assert one.severity is Severity.HIGH
    nothing = estate(None, project(**forks, variables=()), configs={APP: GATED_JOB})
    assert [one.severity for one in found("fork-secrets", nothing)] == [Severity.MEDIUM]


def test_forks_on_a_machine_of_your_own_are_grave() -> None:
    runner = OPEN_JOB.replace(
        "    docker:\n      - image: cimg/base:2026.08\n",
        "    machine: true\n    resource_class: acme/runner\n",
    )
    forks = project(build_forks=True, secrets_to_forks=False)
    (one,) = found("fork-builds", estate(None, forks, configs={APP: runner}))
    assert one.severity is Severity.HIGH
    assert "self-hosted runner" in one.message
    assert [str(at.span) for at in one.related] == ["5:21-5:32"]


def test_ssh_weighs_more_where_it_gets_past_a_gate() -> None:
    owner = project(ssh_disabled=False)
    open_ = context(("project", "p"))
    target = estate(organisation(open_), owner, configs={APP: GATED_JOB})
    (one,) = found("ssh-reruns", target)
    assert one.severity is Severity.MEDIUM
    assert [at.note for at in one.related] == ["'test' has it, run by certain branches or tags"]
    closed = context(("expression", GOOD))
    for target in (
        estate(organisation(closed), owner, configs={APP: GATED_JOB}),
        estate(organisation(open_), owner, configs={APP: OPEN_JOB}),
        estate(None, owner, configs={APP: GATED_JOB}),
    ):
        assert [one.severity for one in found("ssh-reruns", target)] == [Severity.LOW]


def test_settings_of_a_public_project_weigh_more() -> None:
    (one,) = found("settings-unprotected", estate(None, project(admin_only=False, public=True)))
    assert one.severity is Severity.MEDIUM


def test_a_key_of_a_person_weighs_less_while_nothing_uses_it() -> None:
    spare = CheckoutKey("aa:bb", "github-user-key", preferred=False)
    used = CheckoutKey("cc:dd", "github-user-key", preferred=True)
    (one,) = found("checkout-key-personal", estate(None, project(keys=(spare,))))
    assert one.severity is Severity.LOW
    (one,) = found("checkout-key-personal", estate(None, project(keys=(used, spare))))
    assert one.severity is Severity.MEDIUM
    assert one.exposure == "keys: aa:bb, cc:dd"


def test_tokens_are_told_by_label_and_weighed_by_scope() -> None:
    tokens = (ApiToken("1", "badge", "status"), ApiToken("2", "", "all"), ApiToken("3", "x", "new"))
    assert told("project-token", estate(None, project(tokens=tokens))) == [
        f"low project:{APP}: '{APP}' has the API token 'badge', which reads the status of its "
        "builds, belongs to nobody and never expires",
        f"medium project:{APP}: '{APP}' has the API token '2', which reads and changes everything "
        "of it, its variables included, belongs to nobody and never expires",
        f"low project:{APP}: '{APP}' has the API token 'x', which has the scope 'new', belongs to "
        "nobody and never expires",
    ]


@pytest.mark.parametrize(
    ("webhook", "severity", "says"),
    [
        (Webhook("1", "chat", "http://chat.example", True, True), "medium", "without TLS"),
        (Webhook("1", "chat", "https://chat.example", False, True), "medium", "certificate"),
        (Webhook("1", "chat", "https://chat.example", True, False), "low", "no signing secret"),
        (Webhook("1", "chat", "http://chat.example", False, False), "medium", "TLS, so that"),
    ],
)
def test_a_webhook_is_one_finding_with_all_that_it_lacks(
    webhook: Webhook, severity: str, says: str
) -> None:
    (one,) = told("webhook-insecure", estate(None, project(webhooks=(webhook,))))
    assert one.startswith(f"{severity} project:{APP}: the webhook 'chat' of '{APP}' ")
    assert says in one
    unknown = Webhook("1", "chat", "https://chat.example", None, None)
    assert told("webhook-insecure", estate(None, project(webhooks=(unknown,)))) == []


def test_a_schedule_of_somebody_who_left_is_told_where_the_members_are_known() -> None:
    schedules = (
        Schedule("1", "nightly", "mallory"),
        Schedule("2", "weekly", "alice"),
        Schedule("3", "hourly", "", system=True),
    )
    slug = "gh/acme/app"
    target = estate(None, project(slug, schedules=schedules))
    people = People("acme", members=("Alice", "bob"), outside=())
    assert told("schedule-orphaned", replace(target, people=people)) == [
        f"medium project:{slug}: the schedule 'nightly' of '{slug}' runs with the rights of "
        "'mallory', who has no access to the organisation"
    ]
    assert told("schedule-orphaned", target) == []
    for unknown in (
        People("acme", outside=()),
        People("acme", members=()),
        People("acme", members=("alice",), outside=("Mallory",)),
    ):
        assert told("schedule-orphaned", replace(target, people=unknown)) == []
    elsewhere = replace(estate(None, project(APP, schedules=schedules)), people=people)
    assert told("schedule-orphaned", elsewhere) == []
