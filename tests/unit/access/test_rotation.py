"""How old secrets are, and what the policy says of that."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from secguard.access.model import (
    ApiToken,
    CheckoutKey,
    Context,
    Organisation,
    Project,
    RunnerToken,
    Variable,
)
from secguard.access.rotation import Aged, Judged, aged, judged
from secguard.access.rotation_table import as_json, as_text
from secguard.policy import Allowed, Policy
from secguard.policy.rotation import NEVER, Lifetime, RotationPolicy

TODAY = date(2026, 11, 25)
INCIDENT = date(2026, 11, 1)


def days(number: int) -> date:
    return TODAY - timedelta(days=number)


def secret(age: int | None, name: str = "NPM_TOKEN", kind: str = "context_variable") -> Aged:
    return Aged(kind, "context:prod", name, None if age is None else days(age))


def judge(one: Aged, rotation: RotationPolicy | None = None, **allowed: tuple[str, ...]) -> Judged:
    policy = Policy(rotation=rotation or RotationPolicy(), allowed=Allowed(**allowed))
    (found,) = judged((one,), policy, TODAY)
    return found


def test_everything_that_gets_old_is_gathered() -> None:
    variables = (Variable("A", days(9), days(3)), Variable("B", days(9)), Variable("C"))
    organisation = Organisation(
        "gh/acme",
        contexts=(Context("1", "prod", variables=variables), Context("2", "none")),
        runner_tokens=(RunnerToken("t1", "", "acme/linux", days(8)),),
    )
    projects = (
        Project(
            "gh/acme/app",
            variables=(Variable("D", days(7)),),
            keys=(CheckoutKey("aa:bb", "deploy-key", created=days(6)),),
            tokens=(ApiToken("t2", "badge", "status"),),
        ),
        Project("gh/acme/unread"),
    )
    assert list(aged(organisation, projects)) == [
        Aged("context_variable", "context:prod", "A", days(3)),
        Aged("context_variable", "context:prod", "B", days(9)),
        Aged("context_variable", "context:prod", "C", None),
        Aged("runner_token", "runner:acme/linux", "t1", days(8)),
        Aged("project_variable", "project:gh/acme/app", "D", days(7)),
        Aged("checkout_key", "project:gh/acme/app", "aa:bb", days(6)),
        Aged("project_token", "project:gh/acme/app", "badge", None),
    ]


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (0, "ok"),
        (81, "ok"),
        (82, "due"),
        (90, "due"),
        (91, "overdue"),
        (-1, "ok"),
        (None, "unknown"),
    ],
)
def test_ninety_days_are_the_limit_without_a_policy(age: int | None, status: str) -> None:
    assert judge(secret(age)).status == status


@pytest.mark.parametrize(
    ("policy", "limit"),
    [
        (RotationPolicy(30), 30),
        (RotationPolicy(30, {"context_variable": 60}), 60),
        (RotationPolicy(30, {"runner_token": 60}), 30),
        (RotationPolicy(names=(Lifetime(("NPM_*",), 120),)), 120),
        (RotationPolicy(names=(Lifetime(("NPM_*",), 120), Lifetime(("X", "*_TOKEN"), 7))), 7),
        (RotationPolicy(names=(Lifetime(("npm_*",), 120),)), 90),
    ],
)
def test_the_narrowest_word_of_the_policy_counts(policy: RotationPolicy, limit: int) -> None:
    assert judge(secret(1), policy).limit == limit


def test_what_never_gets_old_is_exempt_but_not_after_an_incident() -> None:
    never = (Lifetime(("NPM_TOKEN",), NEVER),)
    assert judge(secret(900), RotationPolicy(names=never)).status == "exempt"
    assert judge(secret(None), RotationPolicy(names=never)).status == "exempt"
    after = RotationPolicy(names=never, all_older_than=INCIDENT)
    assert judge(secret(900), after).status == "overdue"
    assert judge(secret(None), after).status == "unknown"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        (INCIDENT - timedelta(days=1), "overdue"),
        (INCIDENT, "ok"),
        (INCIDENT + timedelta(days=1), "ok"),
    ],
)
def test_after_an_incident_what_is_older_is_overdue(changed: date, status: str) -> None:
    found = judge(Aged("checkout_key", "o", "n", changed), RotationPolicy(all_older_than=INCIDENT))
    assert (found.status, found.incident) == (status, status == "overdue")


def test_a_variable_that_is_no_secret_is_left_out_even_then() -> None:
    policy = RotationPolicy(all_older_than=INCIDENT)
    assert judge(secret(900, "AWS_REGION"), policy, secrets=("AWS_R*",)).status == "exempt"
    key = secret(900, "AWS_REGION", "checkout_key")
    assert judge(key, policy, secrets=("AWS_R*",)).status == "overdue"


def test_a_name_says_whether_it_is_likely_a_secret() -> None:
    assert judge(secret(1)).likely and not judge(secret(1, "NODE_ENV")).likely
    assert judge(secret(1, "NODE_ENV", "checkout_key")).likely


TABLE = judged(
    (
        secret(10, "B"),
        secret(None, "C", "project_token"),
        secret(400, "A_TOKEN"),
        secret(10, "A"),
        secret(500, "KEY\x1b[2J", "checkout_key"),
    ),
    Policy(rotation=RotationPolicy(kinds={"checkout_key": NEVER}, all_older_than=days(450))),
    TODAY,
)


def test_the_table_has_the_oldest_first_and_the_unknown_last() -> None:
    assert as_text(TABLE) == (
        "CHANGED     AGE   LIMIT  STATUS             KIND              OWNER         NAME\n"
        "2025-07-13  500d  never  overdue, incident  checkout key      context:prod  KEY\\x1b[2J\n"
        "2025-10-21  400d  90d    overdue            context variable  context:prod  A_TOKEN\n"
        "2026-11-15  10d   90d    ok                 context variable  context:prod  A\n"
        "2026-11-15  10d   90d    ok                 context variable  context:prod  B\n"
        "-           -     90d    unknown, incident  project token     context:prod  C\n"
        "\n"
        "5 secrets: 2 overdue, 2 ok, 1 unknown\n"
    )


def test_programs_get_one_object_for_each() -> None:
    first, *_, last = json.loads(as_json(TABLE))
    assert first["limit"] is None and first["age"] == 500 and first["incident"]
    assert last["changed"] is None and last["age"] is None and last["status"] == "unknown"


def test_a_table_of_nothing_says_so() -> None:
    assert as_text(()).endswith("\n\n0 secrets: none\n")
    assert as_json(()) == "[]\n"
