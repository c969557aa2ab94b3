"""What only a person can check, and who said when that it is as it should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Iterator, Mapping

from secguard.finding import Location

EVERY = 90
"""Days that a confirmation holds, where the policy names no other number."""
MAX_EVERY = 366


@dataclass(frozen=True)
class Item:
    """Something to look at, in the words of the check list."""

    task: str
    """What should be true, one sentence."""
    place: str
    """Where a person sees it."""


ITEMS: Mapping[str, Item] = {
    "api-tokens": Item(
        "Everybody's personal API tokens end by a date, and those of leavers are gone.",
        "CircleCI: each person's User Settings > Personal API Tokens",
    ),
    "apps-installed": Item(
        "Every OAuth app and GitHub App that may reach the code is known and needed.",
        "GitHub: organisation settings > Third-party Access",
    ),
    "audit-log": Item(
        "The audit log was requested, or is streamed, and somebody looked through it.",
        "CircleCI: Organization Settings > Security; GitHub: settings > Logs > Audit log",
    ),
    "branch-protection": Item(
        "The default branch cannot be pushed to, and requires secguard's status.",
        "GitHub: repository settings > Rules, and > Branches",
    ),
    "cloud-trust": Item(
        "What clouds let CircleCI's identity tokens do is bound to project, branch and origin.",
        "the trust policies at AWS, Google Cloud, Azure and Vault",
    ),
    "group-members": Item(
        "The groups that contexts are restricted to hold the right people.",
        "GitHub: organisation > Teams; CircleCI: Organization Settings > Groups",
    ),
    "outside-collaborators": Item(
        "Everybody who has access from outside still needs it.",
        "GitHub: organisation > People > Outside collaborators",
    ),
    "people": Item(
        "Everybody who has access still works here, needs it and used it lately.",
        "GitHub: organisation > People; CircleCI: Organization Settings > People",
    ),
    "roles": Item(
        "Nobody is an administrator of the organisation or a project without need.",
        "CircleCI: Organization Settings > People, and Project Settings > People",
    ),
    "runner-isolation": Item(
        "Self-hosted runners keep jobs apart and see no network that they do not need.",
        "the machines and clusters that run them",
    ),
    "single-sign-on": Item(
        "Single sign-on is enforced, and its provider asks for a second factor.",
        "CircleCI: Organization Settings > Single Sign-On; GitHub: settings > Authentication",
    ),
    "two-factor": Item(
        "Everybody who has access signs in with a second factor.",
        "GitHub: organisation settings > Authentication security",
    ),
    "unregistered-users": Item(
        "People who are no users of CircleCI cannot start pipelines and spend credits.",
        "CircleCI: Plan > Usage Controls",
    ),
}
"""What the check list has, in the order of the alphabet."""


@dataclass(frozen=True)
class Review:
    """An entry of `reviews`: what somebody says about an item."""

    where: Location = field(compare=False)
    """The entry in the policy."""
    item: str
    confirmed: date | None = None
    by: str = ""
    every: int = EVERY
    """Days that the confirmation holds."""
    not_applicable: str = ""
    """Why nobody has to look at it here; empty where somebody has to."""

    @property
    def due(self) -> date | None:
        """The last day on which it holds; None where it was never confirmed."""
        return self.confirmed and self.confirmed + timedelta(days=self.every)

    def holds(self, today: date) -> bool:
        """Say whether the item needs nobody's attention now."""
        if self.not_applicable:
            return True
        confirmed, due = self.confirmed, self.due
        return confirmed is not None and due is not None and confirmed <= today <= due


def weakened(
    before: tuple[Review, ...], after: tuple[Review, ...]
) -> Iterator[tuple[Location | None, str]]:
    """Yield what a change takes away, with its place; a new confirmation takes nothing away."""
    known = {one.item: one for one in before}
    for one in after:
        old = known.pop(one.item, None)
        if one.not_applicable and not (old and old.not_applicable):
            yield one.where, f"the change says that nobody has to review '{one.item}'"
        if one.every > (old.every if old else EVERY):
            yield one.where, f"the change lets a review of '{one.item}' hold {one.every} days"
    for item in sorted(known):
        yield None, f"the change no longer says who reviewed '{item}'"
