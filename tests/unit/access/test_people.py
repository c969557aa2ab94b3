"""What is read about people: as little as needed, and nothing where GitHub does not tell."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Iterator

import jsonschema  # type: ignore[import-untyped]
import pytest

from secguard.access.people import MAX_EVENTS, People, people
from secguard.api.github import GitHub
from secguard.net.wire import Network, Wire
from secguard.policy.people import PeoplePolicy
from secguard.runtime.secret import Secret
from tests.fakes.github import TOKEN, FakeGitHub
from tests.fakes.github_schemas import SCHEMAS
from tests.fakes.github_state import GitHubState, Repo, event, protection, ruleset, status_check
from tests.fakes.http_server import Reply

TODAY = date(2026, 11, 25)
VALIDATORS = {form: jsonschema.Draft202012Validator(schema) for form, schema in SCHEMAS.items()}


def read(
    state: GitHubState,
    *repositories: str,
    fault: dict[str, Any] | None = None,
    wanted: frozenset[str] | None = None,
    instead: tuple[str, Any] | None = None,
    **policy: Any,
) -> tuple[People, FakeGitHub]:
    """Read all of a state; every answer has the form that GitHub describes."""
    with FakeGitHub(state) as fake:
        if fault is not None:
            fake.server.fail(**fault)
        if instead is not None:
            form, body = instead
            answer = fake.server.answer
            fake.server.answer = lambda asked: (
                Reply(body) if re.search(form, asked.path) else answer(asked)
            )
        hosts = frozenset((fake.server.host,))
        wire = Wire(Network(hosts, hosts, timeout=2, pause=0.01, max_wait=0.1), 20)
        github = GitHub(wire, Secret("GITHUB_TOKEN", TOKEN.encode()), fake.url)
        found = people(github, state.name, repositories, PeoplePolicy(**policy), TODAY, wanted)
        wire.close()
    for form, answered in fake.served:
        VALIDATORS[form].validate(answered)
    assert TOKEN not in repr(found)
    return found, fake


def gaps(found: People) -> list[str]:
    return [f"{one.item}: {one.problem.message}" for one in found.gaps]


@pytest.fixture(params=["ada", "ADA"])
def login(request: pytest.FixtureRequest) -> Iterator[str]:
    yield str(request.param)


def test_where_two_factors_are_required_nobody_is_asked_for_without() -> None:
    found, fake = read(GitHubState(events=[event("ada"), event("ben")]))
    assert (found.two_factor_required, found.without_two_factor) == (True, ())
    assert (found.owners, found.outside, found.inactive) == (("ada",), (), ())
    assert not found.gaps
    assert fake.server.asked() == [
        "/orgs/acme",
        "/orgs/acme/outside_collaborators",
        "/orgs/acme/members",
        "/orgs/acme/members",
        "/orgs/acme/audit-log",
    ]


def test_those_without_a_second_factor_are_members_and_others() -> None:
    state = GitHubState(two_factor=False, outside=["zoe", "yan"], without=["ben", "zoe"])
    found, _ = read(state)
    assert found.two_factor_required is False
    assert found.without_two_factor == ("ben", "zoe")
    assert found.outside == ("yan", "zoe")


def test_what_only_owners_see_is_not_verified_and_never_good() -> None:
    found, fake = read(GitHubState(owner=False, without=["ben"], two_factor=False))
    assert found.two_factor_required is None
    assert found.without_two_factor is None
    assert found.outside is None
    assert found.owners == ("ada",)
    assert found.inactive is None
    assert [one.partition(":")[0] for one in gaps(found)] == [
        "two-factor",
        "outside-collaborators",
        "people",
    ]
    assert not any("filter" in one.query for one in fake.server.log)


def test_the_public_members_that_a_stranger_sees_are_not_taken_for_all() -> None:
    found, fake = read(GitHubState(member=False, events=[event("ada")]))
    assert found.owners is None
    assert found.inactive is None
    assert not fake.server.asked("public_members")
    assert "roles: the owners of 'acme' could not be verified: GitHub does not let" in str(
        gaps(found)
    )


def test_an_organisation_that_is_not_there_tells_nothing() -> None:
    state = GitHubState()
    with FakeGitHub(state) as fake:
        hosts = frozenset((fake.server.host,))
        wire = Wire(Network(hosts, hosts, pause=0.01), 20)
        github = GitHub(wire, Secret("GITHUB_TOKEN", TOKEN.encode()), fake.url)
        found = people(github, "nobody", (), PeoplePolicy(), TODAY)
        wire.close()
    told = (found.two_factor_required, found.owners, found.outside, found.inactive)
    assert told == (None, None, None, None)
    assert {one.item for one in found.gaps} == {
        "two-factor",
        "outside-collaborators",
        "roles",
        "people",
    }


def test_somebody_is_active_as_actor_and_as_the_one_who_was_added(login: str) -> None:
    people = {login: "admin", "ben": "member", "cid": "member"}
    events = [event("ada"), event("ada", "Cid", "org.add_member"), event("dependabot[bot]")]
    found, _ = read(GitHubState(people=people, outside=["zoe"], events=events))
    assert found.inactive == ("ben", "zoe")


def test_the_audit_log_is_asked_for_the_days_of_the_policy_with_git_events() -> None:
    _, fake = read(GitHubState(events=[event("ada")]), inactive_days=30)
    (asked,) = (one for one in fake.server.log if one.path.endswith("audit-log"))
    assert asked.query["phrase"] == "created:>=2026-10-26"
    assert asked.query["include"] == "all"


def test_the_audit_log_is_left_once_everybody_was_seen() -> None:
    events = [event("ada"), event("ben")] + [event("ada")] * 500
    _, fake = read(GitHubState(events=events))
    assert len(fake.server.asked("audit-log")) == 1


def test_in_a_long_log_it_is_asked_for_those_not_seen_yet() -> None:
    late = [event("cid"), event("ada", "dan", "org.add_member")]
    events = [event("ada")] * (MAX_EVENTS + 1) + late
    people = {"ada": "admin", "ben": "member", "cid": "member", "dan": "member"}
    found, fake = read(GitHubState(people=people, events=events))
    assert found.inactive == ("ben",)
    assert len(fake.server.asked("audit-log")) < MAX_EVENTS / 100 + 10


def test_too_many_to_ask_for_are_not_verified() -> None:
    events = [event("ada")] * (MAX_EVENTS + 1)
    people = {"ada": "admin", **{f"user-{number}": "member" for number in range(300)}}
    found, _ = read(GitHubState(people=people, events=events))
    assert found.inactive is None
    assert "too many events to find 300 people in" in str(gaps(found))


@pytest.mark.parametrize("events", [None, []])
def test_without_an_audit_log_nobody_is_called_inactive(events: list[Any] | None) -> None:
    found, _ = read(GitHubState(events=events))
    assert found.inactive is None
    assert [one.item for one in found.gaps] == ["people"]


@pytest.mark.parametrize("kind", ["html", "garbage", "deep", "text", "cut", "silent", "huge"])
def test_answers_that_are_none_verify_nothing(kind: str) -> None:
    found, _ = read(GitHubState(events=[event("ada")]), "acme/app", fault={"kind": kind})
    told = (found.two_factor_required, found.owners, found.outside, found.inactive)
    assert told == (None, None, None, None)
    assert found.repositories[0].layers is None
    assert {one.item for one in found.gaps} >= {"two-factor", "people", "branch-protection"}


def test_a_field_of_another_name_is_not_verified() -> None:
    fault = {"kind": "rename", "names": {"two_factor_requirement_enabled": "two_factor"}}
    found, _ = read(GitHubState(events=[event("ada")]), fault=fault)
    assert found.two_factor_required is None
    fault = {"kind": "rename", "names": {"login": "name"}}
    found, _ = read(GitHubState(events=[event("ada")]), fault=fault)
    assert (found.owners, found.inactive) == (None, None)


def test_a_storm_of_limits_ends_the_questions() -> None:
    fault = {"kind": "status", "status": 429, "headers": {"Retry-After": "60"}}
    found, fake = read(GitHubState(), "acme/app", "acme/web", fault=fault)
    assert len(fake.server.log) <= 2
    assert found.two_factor_required is None
    assert all(one.problem.hint == "try again later" for one in found.gaps)


def test_nothing_is_asked_that_no_rule_needs() -> None:
    state = GitHubState(owner=False, repos=[Repo("acme/app")])
    found, fake = read(state, "acme/app", wanted=frozenset(("people.owners",)))
    assert (found.owners, found.gaps) == (("ada",), ())
    assert fake.server.asked() == ["/orgs/acme/members"]


def test_a_gap_says_what_to_do_about_it() -> None:
    found, _ = read(GitHubState())
    (gap,) = found.gaps
    assert gap.problem.where.uri == "org:acme"
    assert gap.problem.hint == (
        "give a token that may see it, or confirm 'people' in the policy's `reviews`, or ignore "
        "member-inactive"
    )


def test_what_is_missing_of_many_repositories_for_one_reason_is_told_once() -> None:
    names = [f"acme/app-{number}" for number in range(9)]
    found, _ = read(GitHubState(events=[event("ada"), event("ben")]), *names)
    assert gaps(found) == [
        "branch-protection: the default branch of 'acme/app-0', 'acme/app-1', 'acme/app-2' and 6 "
        "more could not be verified: GitHub has no such thing, or hides it (404)"
    ]
    assert found.gaps[0].problem.where.uri == "repository:acme/app-0"


JUNK: tuple[Any, ...] = (
    None,
    True,
    7,
    "text",
    [7],
    [[]],
    [None],
    {"login": 7, "type": [], "message": {}},
    [{"login": {"login": "x"}, "type": "pull_request", "parameters": [7], "ruleset_id": "7"}],
)
FORMS = (
    "^/orgs/acme$",
    "/members$",
    "/outside_collaborators$",
    "/audit-log$",
    "^/repos/acme/app$",
    "/rules/branches/main$",
    "/branches/main$",
    "/protection$",
    "/rulesets/1$",
    "/collaborators$",
    "/contents/",
)


@pytest.mark.parametrize("form", FORMS)
def test_junk_in_the_place_of_an_answer_is_survived_and_believed_nowhere(form: str) -> None:
    checks = status_check("ci/circleci: secguard")
    app = Repo(
        "acme/app",
        protection=protection(checks, code_owners=True),
        rulesets=[ruleset(checks)],
        files={".github/CODEOWNERS": "* @acme/all"},
    )
    state = GitHubState(two_factor=False, events=[event("ada"), event("ben")], repos=[app])
    for junk in JUNK:
        found, _ = read(state, "acme/app", instead=(form, junk))
        if form == "^/orgs/acme$":
            assert found.two_factor_required is None
        elif form == "/members$":
            assert (found.owners, found.without_two_factor) == (None, None)
        elif form == "/audit-log$" and not isinstance(junk, list):
            assert found.inactive is None
        elif form in ("^/repos/acme/app$", "/rules/branches/main$", "/branches/main$"):
            layers = found.repositories[0].layers
            assert not layers or not layers[0].checks or form.startswith("/rules")
