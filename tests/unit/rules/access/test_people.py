"""Rules about people: each bad state is told, the good one and the unknown are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from secguard.access.estate import Estate
from secguard.access.people import Gap, People
from secguard.access.protection import Repository
from secguard.finding import Location, Problem
from secguard.policy import Policy
from secguard.policy.people import PeoplePolicy
from secguard.policy.reviews import ITEMS, Review
from tests.unit.rules.access.estates import TODAY, estate, found, organisation, told

SIX = tuple(f"owner-{number}" for number in range(6))
HERE = Location("secguard.yml")
ASKED = ["branch-protection", "outside-collaborators", "two-factor"]
UNASKED = sorted(set(ITEMS) - set(ASKED))


def with_people(policy: PeoplePolicy | None = None, **parts: Any) -> Estate:
    decided = Policy(people=policy or PeoplePolicy())
    return replace(estate(), people=People("acme", **parts), policy=decided)


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (
            "two-factor-not-required",
            {"two_factor_required": False},
            {"two_factor_required": True},
        ),
        ("member-without-two-factor", {"without_two_factor": ("ben",)}, {"without_two_factor": ()}),
        ("too-many-owners", {"owners": SIX}, {"owners": SIX[:5]}),
        ("outside-collaborator-access", {"outside": ("zoe",)}, {"outside": ()}),
        ("member-inactive", {"inactive": ("ben",)}, {"inactive": ()}),
    ],
)
def test_a_state_is_told_and_its_remedy_and_the_unknown_are_not(
    rule: str, bad: dict[str, Any], good: dict[str, Any]
) -> None:
    (one,) = found(rule, with_people(**bad))
    assert one.where.uri == "org:acme"
    assert one.hint and one.subject
    assert told(rule, with_people(**good)) == []
    assert told(rule, with_people()) == []
    assert told(rule, estate()) == []


def test_a_password_of_an_owner_weighs_most() -> None:
    target = with_people(
        without_two_factor=("ada", "ben", "zoe"), owners=("ada",), outside=("zoe",)
    )
    assert [one.partition(" has")[0] for one in told("member-without-two-factor", target)] == [
        "high org:acme: the owner 'ada'",
        "medium org:acme: the member 'ben'",
        "medium org:acme: the outside collaborator 'zoe'",
    ]


def test_the_policy_says_how_many_owners_are_too_many() -> None:
    few = PeoplePolicy(max_owners=1)
    (one,) = told("too-many-owners", with_people(few, owners=("ada", "ben")))
    assert one.startswith("medium org:acme: the organisation 'acme' has 2 owners, and the policy")
    many = PeoplePolicy(max_owners=6)
    assert told("too-many-owners", with_people(many, owners=SIX)) == []


def test_who_may_push_from_outside_weighs_more_and_is_shown_where() -> None:
    app = Repository("acme/app", "main", outside=(("zoe", True), ("yan", False)))
    target = with_people(outside=("yan", "zoe"), repositories=(app,))
    yan, zoe = found("outside-collaborator-access", target)
    assert (str(yan.severity), yan.related) == ("low", ())
    assert str(zoe.severity) == "medium"
    assert [place.uri for place in zoe.related] == ["repository:acme/app"]


def test_who_may_push_from_outside_is_told_though_the_organisation_tells_nobody() -> None:
    app = Repository("acme/app", "main", outside=(("zoe", True),))
    assert found("outside-collaborator-access", with_people(repositories=(app,)))


def test_those_whom_the_policy_names_may_have_access() -> None:
    policy = PeoplePolicy(outside_collaborators=("Contractor-*",))
    target = with_people(policy, outside=("contractor-1", "else"))
    assert [one.subject for one in found("outside-collaborator-access", target)] == ["else"]


def test_an_owner_who_does_nothing_weighs_more() -> None:
    policy = PeoplePolicy(inactive_days=30)
    target = with_people(policy, inactive=("ada", "ben"), owners=("ada",))
    assert told("member-inactive", target) == [
        "medium org:acme: the audit log has nothing about the owner 'ada' in 30 days: access that "
        "nobody uses is not missed when somebody else does",
        "low org:acme: the audit log has nothing about 'ben' in 30 days: access that nobody uses "
        "is not missed when somebody else does",
    ]


def reviewed(*reviews: Review, people: People | None = None) -> Estate:
    return replace(estate(), policy=Policy(reviews=reviews), people=people)


def all_confirmed(day: date = TODAY) -> list[Review]:
    return [Review(HERE, id, day, "Ada") for id in ITEMS]


def test_what_nobody_ever_confirmed_is_told_once() -> None:
    (one,) = found("review-overdue", reviewed())
    assert (str(one.severity), one.where.uri) == ("low", "org:")
    assert all(f"'{id}'" in one.message for id in ITEMS)


def test_what_github_tells_needs_nobody_unless_it_did_not_tell() -> None:
    (one,) = found("review-overdue", reviewed(people=People("acme")))
    assert one.where.uri == "org:acme"
    assert all(f"'{id}'" in one.message for id in ITEMS)
    told_all = People(
        "acme", outside=(), without_two_factor=(), repositories=(Repository("acme/app"),)
    )
    (one,) = found("review-overdue", reviewed(people=told_all))
    assert not any(f"'{id}'" in one.message for id in ASKED)
    assert all(f"'{id}'" in one.message for id in UNASKED)
    gap = Gap("branch-protection", Problem(HERE, "x"))
    (one,) = found("review-overdue", reviewed(people=replace(told_all, gaps=(gap,))))
    assert "'branch-protection'" in one.message


def test_the_place_is_the_organisation_of_circleci_where_github_was_not_asked() -> None:
    target = replace(estate(organisation()), policy=Policy())
    assert [one.where.uri for one in found("review-overdue", target)] == ["org:circleci/acme"]


def test_reviews_that_hold_are_not_told() -> None:
    assert told("review-overdue", reviewed(*all_confirmed())) == []
    assert told("review-overdue", reviewed(*all_confirmed(date(2026, 8, 27)))) == []
    skipped = [Review(HERE, id, not_applicable="none here") for id in ITEMS]
    assert told("review-overdue", reviewed(*skipped)) == []


def test_a_review_that_has_run_out_is_told_at_its_line() -> None:
    reviews = all_confirmed()
    reviews[0] = Review(HERE, reviews[0].item, date(2026, 8, 26), "Ada")
    reviews[1] = Review(HERE, reviews[1].item, date(2026, 11, 1), "Ben", every=7)
    target = reviewed(*reviews, people=People("acme"))
    assert {one.related for one in found("review-overdue", target)} == {(HERE,)}
    assert told("review-overdue", target) == [
        "medium org:acme: the review of 'api-tokens' does not hold: confirmed 2026-08-26 by "
        "Ada, OVERDUE since 2026-11-24",
        "medium org:acme: the review of 'apps-installed' does not hold: confirmed 2026-11-01 "
        "by Ben, OVERDUE since 2026-11-08",
    ]


def test_a_day_that_has_not_come_confirms_nothing() -> None:
    reviews = all_confirmed()
    reviews[0] = Review(HERE, reviews[0].item, date(2026, 11, 26), "Ada")
    (one,) = told("review-overdue", reviewed(*reviews))
    assert one.endswith("confirmed 2026-11-26 by Ada, and that day has not come yet")
