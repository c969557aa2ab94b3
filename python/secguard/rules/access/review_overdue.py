"""What only a person can check, and nobody did lately."""

from __future__ import annotations

from typing import Iterator

from secguard.access.checklist import checklist
from secguard.access.estate import Estate
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule


@rule(
    "review-overdue",
    summary="something only a person can check that nobody confirmed lately",
    severity=Severity.MEDIUM,
    refs=("CWE-778", "CICD-SEC-2"),
    family="access",
)
def review_overdue(estate: Estate) -> Iterator[Finding]:
    """Report reviews that have run out, and once all that were never made."""
    name = estate.people.organisation if estate.people is not None else ""
    if not name and estate.organisation is not None:
        name = estate.organisation.slug
    # NOTE: the place is the organisation's, so that a sweep of its projects tells it once.
    where = Location(f"org:{name}")
    never = []
    for entry in checklist(estate.policy.reviews, estate.people):
        if entry.holds(estate.today):
            continue
        if entry.review is None:
            never.append(entry.id)
            continue
        yield review_overdue.finding(
            where,
            f"the review of '{entry.id}' does not hold: {entry.state(estate.today)}",
            hint=f"look at it ({entry.item.place}) and write the day and your name down",
            related=(entry.review.where,),
            subject=entry.id,
        )
    if never:
        yield review_overdue.finding(
            where,
            f"nobody has confirmed what only a person can check: {', '.join(map(repr, never))}",
            severity=Severity.LOW,
            hint="`secguard access --checklist` says what to look at, and where; write the day and "
            "your name into the policy under `reviews`",
            subject="checklist",
        )
