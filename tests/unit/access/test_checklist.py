"""The check list: what is on it, how it reads, and what a confirmation stands in for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from secguard.access.checklist import as_note, as_text, checklist, problems
from secguard.access.people import Gap, People
from secguard.finding import Location, Problem
from secguard.policy.reviews import ITEMS, Review

TODAY = date(2026, 11, 25)
HERE = Location("secguard.yml")
GAP = Gap("people", Problem(Location("org:acme"), "who is active could not be verified", "a hint"))


def _review(item: str, day: date = TODAY, by: str = "Ada", every: int = 90) -> Review:
    return Review(HERE, item, day, by, every)


def test_the_list_reads_as_a_form_with_dates() -> None:
    reviews = (
        _review("people", date(2026, 11, 2)),
        _review("roles", date(2026, 6, 1)),
        _review("apps-installed", date(2026, 12, 1)),
        Review(HERE, "audit-log", not_applicable="our plan has none"),
    )
    text = as_text(checklist(reviews, None), TODAY)
    assert text.startswith("What only a person can check, as of 2026-11-25:\n\n[ ] api-tokens  ")
    for line in (
        "[x] people                 confirmed 2026-11-02 by Ada, due 2027-01-31",
        "[ ] roles                  confirmed 2026-06-01 by Ada, OVERDUE since 2026-08-30",
        "[ ] apps-installed         confirmed 2026-12-01 by Ada, and that day has not come yet",
        "[x] audit-log              not applicable: our plan has none",
        "[ ] single-sign-on         never confirmed",
        "    Single sign-on is enforced, and its provider asks for a second factor.",
        "  - {item: api-tokens, confirmed: 2026-11-25, by: YOUR NAME}",
    ):
        assert line in text.splitlines()
    assert all(f"] {id} " in text for id in ITEMS)


def test_a_list_that_is_done_asks_for_nothing() -> None:
    text = as_text(checklist([_review(id) for id in ITEMS], None), TODAY)
    assert "[ ]" not in text and "YOUR NAME" not in text


def test_names_in_the_policy_cannot_drive_a_terminal() -> None:
    text = as_text(checklist([_review("people", by="Ada\x1b[2J\u202e")], None), TODAY)
    assert "Ada\\x1b[2J\\u202e" in text


def test_the_note_counts() -> None:
    entries = checklist([_review("people"), _review("roles", date(2026, 1, 1))], None)
    assert as_note(entries, TODAY) == (
        f"{len(ITEMS)} items only a person can check: 1 confirmed, {len(ITEMS) - 1} open; "
        "`secguard access --checklist` lists them"
    )


def test_an_item_that_github_told_is_not_on_the_list() -> None:
    told = People("acme", without_two_factor=())
    assert "two-factor" not in {entry.id for entry in checklist((), told)}
    assert "two-factor" in {entry.id for entry in checklist((), People("acme"))}


def test_a_gap_is_a_problem_until_a_person_stands_in_for_it() -> None:
    assert list(problems([GAP], (), TODAY)) == [GAP.problem]
    late = _review("people", date(2026, 1, 1))
    other = _review("roles")
    assert list(problems([GAP], (late, other), TODAY)) == [GAP.problem]
    tomorrow = _review("people", date(2026, 11, 26))
    assert list(problems([GAP], (tomorrow,), TODAY)) == [GAP.problem]


def test_a_confirmed_gap_stays_in_sight_and_fails_nothing() -> None:
    (problem,) = problems([GAP], (_review("people", date(2026, 11, 2)),), TODAY)
    assert problem == replace(
        GAP.problem,
        message="who is active could not be verified; instead, 'people' is confirmed 2026-11-02 "
        "by Ada, due 2027-01-31",
        tolerated=True,
    )
