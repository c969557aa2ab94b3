"""`secguard access` with a GitHub token: people and branches beside settings and configs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from tests.acceptance.runs import Run, Secguard, runner
from tests.acceptance.test_access import sound
from tests.fakes.circleci import TOKEN as CIRCLE_TOKEN
from tests.fakes.circleci import CircleCI
from tests.fakes.github import TOKEN, FakeGitHub
from tests.fakes.github_state import GitHubState, Repo, event, protection, status_check
from tests.unit.images.checkouts import write

GATE = status_check("ci/circleci: gate", 1234)
OWNED = {".github/CODEOWNERS": "/.circleci/ @acme/security\n"}
CONFIG = """\
version: 2.1
orbs:
  guard: secguard/secguard@1.0.0
jobs:
  gate:
    docker:
      - image: cimg/base:2026.08
    steps:
      - guard/check
workflows:
  main:
    jobs:
      - gate:
          context: prod
          filters: {branches: {only: main}}
"""
REVIEWS = "reviews:\n" + "".join(
    f"  - {{item: {item}, confirmed: 2026-11-02, by: Ada}}\n"
    for item in (
        "api-tokens",
        "apps-installed",
        "audit-log",
        "cloud-trust",
        "group-members",
        "people",
        "roles",
        "runner-isolation",
        "single-sign-on",
        "unregistered-users",
    )
)
OTHERS = ("secret-age-unknown", "secret-overdue")
"""Rules that have something to say of every organisation here."""


def strong() -> GitHubState:
    """Make an organisation at GitHub with nothing to say against."""
    app = Repo("acme/app", protection=protection(GATE, code_owners=True), files=OWNED)
    return GitHubState(events=[event("ada"), event("ben")], repos=[app])


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with FakeGitHub(strong(), "/api/v3") as fake:
        yield fake


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    github: FakeGitHub,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Run]]:
    """Run `access` in a checkout whose job runs the checker, with a policy that confirms all."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIRCLE_TOKEN", CIRCLE_TOKEN)
    monkeypatch.setenv("PEOPLE_TOKEN", TOKEN)
    monkeypatch.delenv("CIRCLE_PIPELINE_ID", raising=False)
    write(tmp_path, {".circleci/config.yml": CONFIG, ".circleci/secguard.yml": REVIEWS})
    run: Secguard = runner(capfd)
    with CircleCI(sound()) as circleci:

        def access(*arguments: str, variable: str = "PEOPLE_TOKEN") -> Run:
            others = [part for rule in OTHERS for part in ("--ignore", rule)]
            hosts = ("--host", circleci.url, "--github-url", github.url, "--project", "gh/acme/app")
            named = ("--github-token-variable", variable) if variable else ()
            day = ("--today", "2026-11-25", "--policy-ref", "checkout")
            done = run("--debug", "access", *hosts, *named, *others, *day, *arguments)
            assert TOKEN not in done.out + done.err
            assert not circleci.api.knows(TOKEN) and not github.server.knows(CIRCLE_TOKEN)
            return done

        yield access


def by_rule(run: Run) -> dict[str, dict[str, Any]]:
    return {one["rule"]: one for one in json.loads(run.out)["findings"]}


def test_a_sound_organisation_passes(secguard: Secguard) -> None:
    run = secguard()
    assert (run.status, run.err) == (0, ""), run.out
    assert "No findings" in run.out
    assert "10 items only a person can check: 10 confirmed, 0 open" in run.out


def test_what_github_tells_is_judged_with_the_config(
    secguard: Secguard, github: FakeGitHub
) -> None:
    state = github.state
    state.two_factor, state.without, state.outside = False, ["ada"], ["zoe"]
    state.repos[0].protection = protection(status_check("ci/circleci: lint"))
    state.repos[0].outside = {"zoe": True}
    run = secguard("--output-format", "json")
    found = by_rule(run)
    assert {rule: one["severity"] for rule, one in found.items()} == {
        "check-not-required": "medium",
        "config-without-code-owner": "low",
        "member-inactive": "low",
        "member-without-two-factor": "high",
        "outside-collaborator-access": "medium",
        "two-factor-not-required": "medium",
    }
    assert run.status == 1


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "html"])
def test_no_report_holds_a_token(secguard: Secguard, github: FakeGitHub, form: str) -> None:
    github.state.repos.clear()
    run = secguard("--output-format", form)
    assert "acme/app" in run.out


def test_a_token_that_may_see_little_leaves_gaps_that_persons_stand_in_for(
    secguard: Secguard, github: FakeGitHub, tmp_path: Path
) -> None:
    github.state.owner = False
    run = secguard()
    assert run.status == 3
    assert "the two-factor requirement of 'acme' could not be verified" in run.out
    more = "".join(
        f"  - {{item: {item}, confirmed: 2026-11-02, by: Ada}}\n"
        for item in ("two-factor", "outside-collaborators")
    )
    write(tmp_path, {".circleci/secguard.yml": REVIEWS + more})
    run = secguard()
    assert run.status == 0, run.out
    assert "instead, 'two-factor' is confirmed 2026-11-02 by Ada, due 2027-01-31" in run.out
    write(tmp_path, {".circleci/secguard.yml": REVIEWS + more.replace("2026-11", "2026-01")})
    run = secguard()
    assert run.status == 3
    assert "the review of 'two-factor' does not hold" in run.out


def test_rules_that_are_ignored_leave_no_gap(secguard: Secguard, github: FakeGitHub) -> None:
    github.state.events = None
    assert secguard("--ignore", "member-inactive").status == 0
    assert not github.server.asked("audit-log")


def test_without_a_token_github_is_not_asked_and_the_report_says_so(
    secguard: Secguard, github: FakeGitHub
) -> None:
    run = secguard(variable="")
    assert not github.server.log
    assert "GitHub was not asked about people and branches" in run.out
    assert "13 items only a person can check: 10 confirmed, 3 open" in run.out
    told = " ".join(run.out.split())
    assert "'branch-protection', 'outside-collaborators', 'two-factor'" in told


def test_a_variable_without_a_token_is_an_error(secguard: Secguard) -> None:
    run = secguard(variable="NOT_THERE")
    assert run.status == 2
    assert "there is no GitHub token in NOT_THERE" in run.err


def test_a_token_with_a_line_end_is_an_error_and_not_shown(
    secguard: Secguard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEOPLE_TOKEN", f"{TOKEN}\n")
    run = secguard()
    assert run.status == 2
    assert "the variable PEOPLE_TOKEN holds no token" in run.err


@pytest.mark.parametrize("name", ["app", "acme/app/x", "acme/a b", "https://github.com/acme/app"])
def test_a_repository_is_named_in_one_form(secguard: Secguard, name: str) -> None:
    run = secguard("--github-repository", name)
    assert run.status == 2
    assert "write it as OWNER/NAME" in run.err


def test_the_check_list_is_printed_without_asking_anybody(
    secguard: Secguard, github: FakeGitHub
) -> None:
    run = secguard("--checklist")
    assert (run.status, run.err) == (0, "")
    assert "[x] people                 confirmed 2026-11-02 by Ada, due 2027-01-31" in run.out
    assert "[ ] two-factor             never confirmed" in run.out
    assert not github.server.log
