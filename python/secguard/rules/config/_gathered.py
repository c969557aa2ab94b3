"""Makes one finding of a mistake that a file repeats."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterable, Iterator

from secguard.finding import Finding, Location

_MOST = 10


def gathered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the worst of the findings that say the same; it points at the places of the others."""
    groups: dict[str, dict[Location, Finding]] = {}
    for finding in findings:
        group = groups.setdefault(finding.message, {})
        known = group.get(finding.where)
        if known is None or finding.severity > known.severity:
            group[finding.where] = finding
    for group in groups.values():
        worst = max(group.values(), key=lambda one: (one.severity, one.confidence))
        others = [where for where in group if where != worst.where]
        also = tuple(replace(where, note="and here") for where in others[:_MOST])
        yield replace(worst, related=(*worst.related, *also))
