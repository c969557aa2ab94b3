"""What the rules on ended images and versions say, in one form."""

from __future__ import annotations

from typing import Callable, Iterable, Iterator

from secguard.circleci.lifecycle import Ended
from secguard.circleci.values import Scalar
from secguard.finding import Finding, Severity
from secguard.rule import Rule
from secguard.rules.config._sightings import sightings


def ended(
    rule: Rule,
    values: Iterable[Scalar | None],
    judge: Callable[[str], Ended | None],
    what: str,
    hint: str,
) -> Iterator[Finding]:
    """Report the values that have ended; `{}` in the texts is the value, and what to use."""
    for seen in sightings(value for value in values if value is not None):
        found = judge(seen.text)
        if found is not None:
            yield rule.finding(
                seen.at(),
                f"{what.format(seen.text)} {found.why}",
                severity=rule.severity if found.gone else Severity.LOW,
                hint=hint.format(found.instead),
                related=seen.others,
                subject=seen.text,
            )
