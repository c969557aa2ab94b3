"""`secguard rotation` from the command line, against a CircleCI in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from tests.acceptance.runs import Run, Secguard, runner
from tests.fakes import circleci_state as state
from tests.fakes.circleci import TOKEN, CircleCI
from tests.unit.images.checkouts import write

SECRET = "wJalrXUtnFEMI-of-nobody-9f3c"
POLICY = """\
rotation:
  kinds: {checkout_key: 365}
  names:
    - {names: [SENTRY_DSN], max_age: never}
allow:
  secrets: [AWS_REGION]
"""


def moment(day: str) -> str:
    return f"{day}T10:00:00.000Z"


def acme() -> state.Organisation:
    """Make an organisation with secrets of all kinds and ages."""
    org = state.Organisation(runner_classes=["acme/linux"])
    org.runner_tokens = [
        {
            "id": "1",
            "resource_class": "acme/linux",
            "nickname": "rack-4",
            "created_at": moment("2026-06-30"),
        }
    ]
    prod = org.context("prod", "NPM_TOKEN", "AWS_REGION", "SENTRY_DSN", "DEPLOY_KEY")
    days = (("2025-10-09", "2025-10-09"), ("2025-10-09",) * 2, ("2025-01-01",) * 2)
    for variable, (created, updated) in zip(prod.variables, (*days, ("2025-10-09", "2026-11-20"))):
        variable.created, variable.updated = moment(created), moment(updated)
        variable.value = SECRET
    shop = org.project("shop")
    shop.variables = [
        state.Variable("CODECOV_TOKEN", SECRET, moment("2026-09-01")),
        state.Variable("NODE_ENV", "test", moment("2026-01-01")),
    ]
    shop.keys = [
        {
            "public-key": "ssh-ed25519 AAAA",
            "type": "deploy-key",
            "fingerprint": "SHA256:1f0b",
            "preferred": True,
            "created-at": moment("2026-02-01"),
        }
    ]
    shop.tokens = [{"id": "t1", "label": "badge", "scope": "status", "time": None}]
    return org


@pytest.fixture
def circleci() -> Iterator[CircleCI]:
    with CircleCI(acme()) as fake:
        yield fake


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    circleci: CircleCI,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Run]:
    """Run `rotation` for one project on a certain day."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIRCLE_TOKEN", TOKEN)
    write(tmp_path, {".circleci/secguard.yml": POLICY})
    run: Secguard = runner(capfd)

    def rotation(*arguments: str) -> Run:
        own = ("--host", circleci.url, "--project", "gh/acme/shop")
        done = run("rotation", *own, "--policy-ref=checkout", "--today", "2026-11-25", *arguments)
        assert TOKEN not in done.out + done.err and SECRET[-4:] not in done.out + done.err
        return done

    return rotation


def findings(run: Run) -> dict[tuple[str, str, str], str]:
    return {
        (one["rule"], one["where"]["uri"], one["severity"]): one["message"]
        for one in json.loads(run.out)["findings"]
    }


def rows(run: Run) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(run.out)}


def test_the_table_is_sorted_by_age_and_findings_follow(secguard: Secguard) -> None:
    run = secguard()
    assert run.status == 1 and run.err == ""
    lines = [line.split() for line in run.out.splitlines()]
    assert [(line[0], line[3], line[-1]) for line in lines[1:10]] == [
        ("2025-01-01", "exempt", "SENTRY_DSN"),
        ("2025-10-09", "exempt", "AWS_REGION"),
        ("2025-10-09", "overdue", "NPM_TOKEN"),
        ("2026-01-01", "overdue", "NODE_ENV"),
        ("2026-02-01", "ok", "SHA256:1f0b"),
        ("2026-06-30", "overdue", "rack-4"),
        ("2026-09-01", "due", "CODECOV_TOKEN"),
        ("2026-11-20", "ok", "DEPLOY_KEY"),
        ("-", "unknown", "badge"),
    ]
    assert "9 secrets: 3 overdue, 1 due, 2 ok, 1 unknown, 2 exempt" in run.out
    assert "tells the ages of 8 of 9 secrets, of 'gh/acme' and 1 project" in " ".join(
        run.out.split()
    )


def test_findings_weigh_what_is_likely_a_secret_more(secguard: Secguard) -> None:
    found = findings(secguard("--output-format", "json"))
    assert set(found) == {
        ("secret-age-unknown", "project:gh/acme/shop", "low"),
        ("secret-overdue", "context:prod", "medium"),
        ("secret-overdue", "project:gh/acme/shop", "low"),
        ("secret-overdue", "runner:acme/linux", "medium"),
    }
    message = found["secret-overdue", "context:prod", "medium"]
    assert message.startswith("the context variable 'NPM_TOKEN' (412 days) is older than 90 days")


def test_after_an_incident_everything_older_is_overdue(secguard: Secguard) -> None:
    run = secguard("--older-than", "2026-11-20", "--output-format", "json")
    assert run.status == 1
    assert {key for key in findings(run) if key[2] != "low"} == {
        ("secret-age-unknown", "project:gh/acme/shop", "medium"),
        ("secret-overdue", "context:prod", "high"),
        ("secret-overdue", "project:gh/acme/shop", "high"),
        ("secret-overdue", "project:gh/acme/shop", "medium"),
        ("secret-overdue", "runner:acme/linux", "high"),
    }
    table = rows(secguard("--older-than", "2026-11-20", "--list", "--output-format", "json"))
    assert [name for name, one in table.items() if not one["incident"]] == [
        "AWS_REGION",
        "DEPLOY_KEY",
    ]


def test_the_list_alone_fails_nothing(secguard: Secguard, tmp_path: Path) -> None:
    run = secguard("--list", "--table", "ages.json")
    assert run.status == 0 and run.out.startswith("CHANGED")
    assert "secret-overdue" not in run.out
    again = secguard("--list", "--output-format", "json")
    assert json.loads(again.out) == json.loads((tmp_path / "ages.json").read_text())


@pytest.mark.parametrize("listed", [(), ("--list",)])
def test_what_cannot_be_read_is_not_young(
    secguard: Secguard, circleci: CircleCI, listed: tuple[str, ...]
) -> None:
    circleci.refuse("/api/v2/project/gh/acme/shop/checkout-key")
    circleci.refuse("/environment-variable")
    run = secguard(*listed, "--ignore", "secret-overdue")
    assert run.status == 3
    told = " ".join((run.out + run.err).split())
    assert "variables of contexts ('prod') of 'gh/acme' could not be verified" in told
    assert "the checkout keys of 'gh/acme/shop' could not be verified" in told


def test_nothing_else_is_asked_for(secguard: Secguard, circleci: CircleCI) -> None:
    secguard()
    asked = {one.path for one in circleci.log}
    assert not [path for path in asked if "settings" in path or "webhook" in path]
    assert {one.method for one in circleci.log} == {"GET"}


def test_a_day_that_is_none_is_refused(secguard: Secguard) -> None:
    run = secguard("--older-than", "2026-11-31")
    assert run.status == 2 and "is no day" in run.err
