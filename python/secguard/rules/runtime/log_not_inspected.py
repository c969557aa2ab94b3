"""A log that was not searched, or not to its end."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.logs.found import Searched
from secguard.rule import rule


@rule(
    "log-not-inspected",
    summary="a log that could not be searched",
    severity=Severity.MEDIUM,
    refs=("CWE-693", "CICD-SEC-6"),
    family="runtime",
)
def log_not_inspected(searched: Searched) -> Iterator[Finding]:
    """Report output that is gone, cut off, too long, damaged, or still being written."""
    for one in searched.closed:
        yield log_not_inspected.finding(
            Location(one.uri),
            f"this was not searched to its end: {one.why}",
            hint="search it sooner or with higher limits, or accept it in the policy",
        )
