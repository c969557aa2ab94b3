"""What protects a branch: branch protection and rulesets, as far as the token may see them."""

from __future__ import annotations

from typing import Any

import pytest

from secguard.access.people import People
from secguard.access.protection import Check, Repository
from tests.fakes.github import FakeGitHub
from tests.fakes.github_state import GitHubState, Repo, event, protection, ruleset, status_check
from tests.unit.access.test_people import gaps, read

GATE = status_check("ci/circleci: secguard", 1234)
OWNED = {".github/CODEOWNERS": "* @acme/all\n/.circleci/ @acme/security\n"}
EVENTS = [event("ada"), event("ben")]


def repository(repo: Repo, **state: Any) -> tuple[Repository, People, FakeGitHub]:
    found, fake = read(GitHubState(events=EVENTS, repos=[repo], **state), repo.name)
    return found.repositories[0], found, fake


def app(**parts: Any) -> Repo:
    return Repo("acme/app", **parts)


def test_a_branch_without_protection_has_no_layers() -> None:
    found, people, fake = repository(app())
    assert (found.branch, found.layers, found.complete) == ("main", (), True)
    assert not people.gaps
    assert fake.server.asked("/repos/") == [
        "/repos/acme/app",
        "/repos/acme/app/collaborators",
        "/repos/acme/app/rules/branches/main",
        "/repos/acme/app/branches/main",
    ]


def test_branch_protection_is_one_layer() -> None:
    checks = (GATE, status_check("ci/circleci: test"), status_check("lint", -1))
    found, people, _ = repository(app(protection=protection(*checks, reviews=2)))
    (layer,) = found.layers or ()
    assert layer.name == "branch protection"
    assert layer.checks == (
        Check("ci/circleci: secguard", 1234),
        Check("ci/circleci: test"),
        Check("lint"),
    )
    assert (layer.strict, layer.reviews, layer.code_owners) == (True, 2, False)
    assert (layer.no_force_push, layer.locked, layer.bypass) == (True, False, ())
    assert not people.gaps


def test_a_ruleset_is_one_layer_with_its_name() -> None:
    bypass: list[dict[str, Any]] = [
        {"actor_type": "OrganizationAdmin", "actor_id": None, "bypass_mode": "always"},
        {"actor_type": "Team", "actor_id": 5, "bypass_mode": "pull_request"},
        {"actor_type": "DeployKey"},
    ]
    rules = ruleset(GATE, name="trunk", reviews=0, locked=True, bypass=bypass)
    found, people, _ = repository(app(rulesets=[rules]))
    (layer,) = found.layers or ()
    assert layer.name == "ruleset trunk"
    assert layer.checks == (Check("ci/circleci: secguard", 1234),)
    assert (layer.strict, layer.reviews, layer.locked) == (True, 0, True)
    assert layer.bypass == ("DeployKey", "OrganizationAdmin")
    assert not people.gaps


@pytest.mark.parametrize(
    ("parts", "strict"),
    [
        ({"strict": True}, True),
        ({"strict": False}, False),
        ({"strict": False, "queue": True}, True),
    ],
)
def test_a_merge_queue_tests_what_a_merge_makes(parts: dict[str, Any], strict: bool) -> None:
    found, _, _ = repository(app(rulesets=[ruleset(GATE, **parts)]))
    assert [layer.strict for layer in found.layers or ()] == [strict]


def test_a_persons_repository_has_no_organisation_to_ask_for() -> None:
    repo = app(owner="User", protection=protection(GATE), outside={"zoe": True})
    found, people, fake = repository(repo)
    assert (found.personal, found.outside) == (True, (("zoe", True),))
    assert not people.gaps
    assert (people.two_factor_required, people.owners) == (None, None)
    assert not fake.server.asked("/orgs/")


def test_both_kinds_hold_together() -> None:
    repo = app(
        protection=protection(reviews=None, force=True, admins=False),
        rulesets=[ruleset(GATE, reviews=None), ruleset(name="people", reviews=1, bypass=None)],
    )
    found, _, _ = repository(repo)
    classic, first, second = found.layers or ()
    assert (classic.reviews, classic.no_force_push) == (None, False)
    assert classic.bypass == ("administrators",)
    assert (first.checks[0].app, first.reviews) == (1234, None)
    assert (second.reviews, second.bypass) == (1, None)
    assert found.needs_pull_request


def test_a_token_that_administers_nothing_sees_the_checks_alone() -> None:
    repo = app(protection=protection(GATE), administered=False)
    found, people, _ = repository(repo)
    (layer,) = found.layers or ()
    assert layer.checks == (Check("ci/circleci: secguard", 1234),)
    assert found.complete is False
    assert layer.bypass == ()
    assert found.outside is None
    assert gaps(people) == [
        "branch-protection: the outside collaborators of 'acme/app' could not be verified: GitHub "
        "does not let the token see it (403)",
        "branch-protection: the details of the branch protection of 'acme/app' could not be "
        "verified: GitHub shows them to administrators alone",
    ]


def test_who_may_pass_by_is_not_known_to_such_a_token() -> None:
    repo = app(protection=protection(GATE, admins=False), administered=False)
    found, _, _ = repository(repo)
    assert [layer.bypass for layer in found.layers or ()] == [None]


@pytest.mark.parametrize("status", [403, 404])
def test_a_ruleset_whose_details_are_hidden_still_counts(status: int) -> None:
    state = GitHubState(events=EVENTS, repos=[app(rulesets=[ruleset(GATE)])])
    fault = {"kind": "status", "path": "/rulesets/", "status": status}
    people, _ = read(state, "acme/app", fault=fault)
    (layer,) = people.repositories[0].layers or ()
    assert (layer.name, layer.bypass) == ("ruleset 1", None)
    assert layer.checks == (Check("ci/circleci: secguard", 1234),)


def test_a_ruleset_that_cannot_be_read_for_now_leaves_the_branch_unknown() -> None:
    state = GitHubState(events=EVENTS, repos=[app(rulesets=[ruleset(GATE)])])
    people, _ = read(state, "acme/app", fault={"kind": "cut", "path": "/rulesets/"})
    assert people.repositories[0].layers is None
    assert people.gaps


def test_a_plan_without_protection_protects_nothing() -> None:
    found, people, _ = repository(app(free=True))
    assert (found.layers, found.unavailable) == ((), True)
    assert not people.gaps


@pytest.mark.parametrize("path", ["rules/branches", "branches/main$", "protection$", "^/repos/"])
@pytest.mark.parametrize("status", [403, 404, 500])
def test_what_cannot_be_asked_is_never_taken_for_unprotected(path: str, status: int) -> None:
    repo = app(protection=protection(GATE), rulesets=[ruleset(GATE)])
    state = GitHubState(events=EVENTS, repos=[repo])
    fault = {"kind": "status", "path": path, "status": status}
    people, _ = read(state, "acme/app", fault=fault)
    found = people.repositories[0]
    assert found.layers is None or (found.layers and not found.complete)
    assert people.gaps


def test_an_answer_without_its_field_is_not_taken_for_unprotected() -> None:
    state = GitHubState(events=EVENTS, repos=[app(protection=protection(GATE))])
    fault = {"kind": "rename", "path": "branches/main$", "names": {"protected": "is_protected"}}
    people, _ = read(state, "acme/app", fault=fault)
    assert people.repositories[0].layers is None
    assert "answers without the field 'protected'" in str(gaps(people))


def test_a_repository_that_is_not_there_is_not_verified() -> None:
    people, _ = read(GitHubState(events=EVENTS), "acme/gone")
    assert people.repositories == (Repository("acme/gone"),)
    assert "the default branch of 'acme/gone' could not be verified" in str(gaps(people))


def test_an_archived_repository_changes_no_more() -> None:
    found, people, fake = repository(app(archived=True))
    assert found.layers is None
    assert not people.gaps
    assert fake.server.asked("/repos/") == ["/repos/acme/app"]


def test_a_renamed_repository_is_read_under_its_old_name() -> None:
    repo = app(moved="acme/old", protection=protection(GATE))
    people, _ = read(GitHubState(events=EVENTS, repos=[repo]), "acme/old")
    assert people.repositories[0].layers


def test_a_branch_with_a_slash_is_asked_for_as_one_name() -> None:
    found, _, fake = repository(app(branch="release/1", protection=protection(GATE)))
    assert found.layers
    assert any(path.endswith("/branches/release%2F1/protection") for path in fake.server.asked())


def test_outside_collaborators_come_with_what_they_may_do() -> None:
    found, _, fake = repository(app(outside={"zoe": True, "yan": False}))
    assert found.outside == (("zoe", True), ("yan", False))
    (asked,) = (one for one in fake.server.log if one.path.endswith("/collaborators"))
    assert asked.query["affiliation"] == "outside"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, False),
        (OWNED, True),
        ({".github/CODEOWNERS": "", "CODEOWNERS": "* @a"}, False),
        ({"docs/CODEOWNERS": "/.circleci @acme/security"}, True),
        ({"CODEOWNERS": "", ".github/CODEOWNERS": "* @a"}, True),
        ({".github/CODEOWNERS": "*.js @a", "CODEOWNERS": "* @a"}, False),
    ],
)
def test_code_owners_are_read_where_they_count(files: dict[str, str], expected: bool) -> None:
    repo = app(protection=protection(GATE, code_owners=True), files=files)
    found, _, _ = repository(repo)
    assert found.config_owned is expected


def test_code_owners_are_not_read_where_nobody_asks_them() -> None:
    found, _, fake = repository(app(protection=protection(GATE), files=OWNED))
    assert found.config_owned is None
    assert not fake.server.asked("contents")


@pytest.mark.parametrize("names", [{"content": "text"}, {"encoding": "none"}])
def test_a_file_of_code_owners_that_cannot_be_read_is_not_verified(names: dict[str, str]) -> None:
    repo = app(protection=protection(GATE, code_owners=True), files=OWNED)
    fault = {"kind": "rename", "path": "contents", "names": names}
    people, _ = read(GitHubState(events=EVENTS, repos=[repo]), "acme/app", fault=fault)
    assert people.repositories[0].config_owned is None
    assert "the code owners of 'acme/app' could not be verified" in str(gaps(people))


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 403}, {"kind": "html"}])
def test_code_owners_that_cannot_be_asked_for_are_not_verified(fault: dict[str, Any]) -> None:
    repo = app(protection=protection(GATE, code_owners=True), files=OWNED)
    state = GitHubState(events=EVENTS, repos=[repo])
    people, _ = read(state, "acme/app", fault={"path": "contents", **fault})
    assert people.repositories[0].config_owned is None
    assert "the code owners of 'acme/app' could not be verified" in str(gaps(people))
