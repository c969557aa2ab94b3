"""Which organisation and which repositories GitHub is asked about."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import click
import pytest

from secguard.access.estate import Estate
from secguard.access.people import People
from secguard.cli.people import github_from, people_from
from secguard.errors import UsageError
from tests.fakes.github import TOKEN, FakeGitHub
from tests.fakes.github_state import GitHubState, Repo, event
from tests.unit.rules.access.estates import estate, organisation, project

RULES = ("branch-unprotected", "too-many-owners")


def ask(
    target: Estate,
    *repositories: str,
    rules: tuple[str, ...] = RULES,
    state: GitHubState | None = None,
) -> tuple[People | None, FakeGitHub]:
    """Ask for what an estate names, as `secguard access` does."""
    known = GitHubState(events=[event("ada")], repos=[Repo("acme/app"), Repo("acme/web")])
    with FakeGitHub(state or known) as fake, click.Context(click.Command("access")) as ctx:
        options: dict[str, Any] = {
            "github_token_variable": "PEOPLE_TOKEN",
            "github_url": fake.url,
            "github_repository": repositories,
            "plain_host": (),
            "ca_file": None,
        }
        github = github_from(ctx, options, time.monotonic() + 20)
        return people_from(github, repositories, target, rules), fake


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEOPLE_TOKEN", TOKEN)


def test_projects_of_github_name_their_repositories() -> None:
    target = estate(organisation(slug="gh/acme"), project("gh/acme/web"), project("gh/acme/app"))
    found, _ = ask(target)
    assert found is not None
    assert found.organisation == "acme"
    assert [one.name for one in found.repositories] == ["acme/app", "acme/web"]
    assert not found.gaps


def test_an_organisation_alone_has_people_and_no_repositories() -> None:
    found, _ = ask(estate(organisation(slug="github/acme")))
    assert found is not None
    assert (found.organisation, found.owners, found.repositories) == ("acme", ("ada",), ())


def test_what_is_named_wins_over_projects() -> None:
    target = estate(organisation(slug="gh/acme"), project("gh/acme/web"))
    found, _ = ask(target, "acme/app")
    assert found is not None
    assert [one.name for one in found.repositories] == ["acme/app"]


def test_a_project_that_no_code_host_names_needs_a_repository() -> None:
    target = estate(organisation(slug="circleci/some-id"), project("circleci/some-id/other-id"))
    with pytest.raises(UsageError) as caught:
        ask(target)
    assert "--github-repository" in caught.value.hint
    found, _ = ask(target, "acme/app")
    assert found is not None
    assert (found.organisation, found.owners) == ("acme", ("ada",))


def test_nobody_is_asked_where_no_rule_needs_it() -> None:
    target = estate(organisation(slug="gh/acme"), project("gh/acme/app"))
    found, fake = ask(target, rules=("fork-secrets",))
    assert (found, fake.server.log) == (None, [])
    found, fake = ask(target, rules=("too-many-owners",))
    assert fake.server.asked() == ["/orgs/acme/members"]


def test_the_policy_of_the_estate_counts() -> None:
    target = estate(organisation(slug="gh/acme"))
    people = replace(target.policy.people, inactive_days=10)
    target = replace(target, policy=replace(target.policy, people=people))
    _, fake = ask(target, rules=("member-inactive",))
    (asked,) = (one for one in fake.server.log if one.path.endswith("audit-log"))
    assert asked.query["phrase"] == "created:>=2026-11-15"
