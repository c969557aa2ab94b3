"""A file that was not looked into."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.scan import Scanned


@rule(
    "not-inspected",
    summary="a file that could not be searched",
    severity=Severity.MEDIUM,
    refs=("CWE-693", "CICD-SEC-6"),
    family="runtime",
)
def not_inspected(scanned: Scanned) -> Iterator[Finding]:
    """Report archives that cannot be opened, and what has no content to be searched."""
    for one in scanned.closed:
        if one.is_file:
            yield not_inspected.finding(
                Location(one.uri),
                f"this was not searched to its end: {one.why}",
                hint="search what it is made from, or accept it in the policy",
            )
        else:
            yield not_inspected.finding(
                Location(one.uri),
                f"this is {one.why}, so there was nothing to search",
                severity=Severity.INFO,
            )
