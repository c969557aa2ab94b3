"""The check list of what only a person can see, with the day each item was last confirmed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Iterable, Iterator

from secguard.access.people import Gap, People
from secguard.finding import Problem
from secguard.policy.reviews import ITEMS, Item, Review
from secguard.sanitize import printable


@dataclass(frozen=True)
class Entry:
    """An item of the check list, with what the policy says about it."""

    id: str
    item: Item
    review: Review | None

    def holds(self, today: date) -> bool:
        """Say whether nobody has to look at it now."""
        return self.review is not None and self.review.holds(today)

    def state(self, today: date) -> str:
        """Say how it stands, in a few words."""
        review = self.review
        if review is None or (review.confirmed is None and not review.not_applicable):
            return "never confirmed"
        if review.not_applicable:
            return f"not applicable: {review.not_applicable}"
        said = f"confirmed {review.confirmed} by {review.by}"
        if review.confirmed is not None and review.confirmed > today:
            return f"{said}, and that day has not come yet"
        return f"{said}, {'due' if review.holds(today) else 'OVERDUE since'} {review.due}"


def checklist(reviews: Iterable[Review], people: People | None) -> tuple[Entry, ...]:
    """Give what a person has to look at: also what an API would tell, where it did not."""
    known = {one.item: one for one in reviews}
    told = set(_told(people)) if people is not None else set()
    return tuple(Entry(id, item, known.get(id)) for id, item in ITEMS.items() if id not in told)


def _told(people: People) -> Iterator[str]:
    """Name the items that GitHub spoke of, so that nobody has to look at them."""
    if people.without_two_factor is not None:
        yield "two-factor"
    if people.outside is not None:
        yield "outside-collaborators"
    if people.repositories and not any(one.item == "branch-protection" for one in people.gaps):
        yield "branch-protection"


def problems(gaps: Iterable[Gap], reviews: Iterable[Review], today: date) -> Iterator[Problem]:
    """Give what GitHub did not tell; what a person has confirmed lately fails no run."""
    known = {one.item: one for one in reviews}
    for gap in gaps:
        review = known.get(gap.item)
        if review is None or not review.holds(today):
            yield gap.problem
            continue
        how = Entry(gap.item, ITEMS[gap.item], review).state(today)
        message = f"{gap.problem.message}; instead, '{gap.item}' is {how}"
        yield replace(gap.problem, message=message, tolerated=True)


def as_note(entries: tuple[Entry, ...], today: date) -> str:
    """Say in one sentence how the check list stands."""
    done = sum(entry.holds(today) for entry in entries)
    left = len(entries) - done
    return (
        f"{len(entries)} items only a person can check: {done} confirmed, {left} open; "
        "`secguard access --checklist` lists them"
    )


def as_text(entries: tuple[Entry, ...], today: date) -> str:
    """Write the check list for people, each item with its state, and how to confirm it."""
    width = max(len(entry.id) for entry in entries)
    lines = [f"What only a person can check, as of {today}:", ""]
    for entry in entries:
        mark = "x" if entry.holds(today) else " "
        lines.append(f"[{mark}] {entry.id:<{width}}  {printable(entry.state(today), 200)}")
        lines += [f"    {entry.item.task}", f"    {entry.item.place}"]
    first = next((entry.id for entry in entries if not entry.holds(today)), "")
    if first:
        lines += ["", "Confirm an item in the policy, secguard.yml:", "", "reviews:"]
        lines.append(f"  - {{item: {first}, confirmed: {today}, by: YOUR NAME}}")
    return "\n".join(lines) + "\n"
