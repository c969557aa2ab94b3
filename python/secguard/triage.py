"""Sorts out which findings somebody has already decided about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Collection, Iterator, Sequence

from secguard.baseline import Entry
from secguard.finding import Finding, Location, Suppression
from secguard.policy import Exemption, Policy
from secguard.rule import Rule


@dataclass(frozen=True)
class Grounds:
    """What findings are weighed against."""

    policy: Policy
    today: date
    known: Collection[str]
    """The names of all rules."""
    baseline: tuple[Entry, ...] = ()
    before: frozenset[str] = frozenset()
    """The fingerprints of the findings that were there before the change."""


@dataclass(frozen=True)
class Sorted:
    """The findings that stay, and those that do not."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppression, ...]
    notes: tuple[str, ...]


def triage(findings: Sequence[Finding], grounds: Grounds, rules: Sequence[Rule]) -> Sorted:
    """Apply the policy, what was there before the change, and the baseline, in this order."""
    policy = grounds.policy
    accepted = [one for one in policy.exemptions if not is_over(one, grounds.today)]
    known = {entry.fingerprint for entry in grounds.baseline}
    kept: list[Finding] = []
    suppressed: list[Suppression] = []
    used: set[Location] = set()
    for finding in findings:
        by = next((one for one in accepted if one.covers(finding)), None)
        finding = replace(finding, severity=policy.severities.get(finding.rule, finding.severity))
        if by is not None:
            used.add(by.where)
            suppressed.append(Suppression(finding, "policy", by.reason))
        elif finding.fingerprint in grounds.before:
            suppressed.append(Suppression(finding, "diff", "it was there before the change"))
        elif finding.fingerprint in known:
            suppressed.append(Suppression(finding, "baseline"))
        else:
            kept.append(finding)
    ran = {rule.id for rule in rules}
    idle = [one.rule for one in accepted if one.rule in ran and one.where not in used]
    seen = {finding.fingerprint for finding in findings}
    stale = [e.rule for e in grounds.baseline if e.rule in ran and e.fingerprint not in seen]
    return Sorted(tuple(kept), tuple(suppressed), tuple(_notes(idle, stale)))


def is_over(exemption: Exemption, today: date) -> bool:
    """Say whether an exception has ended."""
    return exemption.until is not None and exemption.until < today


def _notes(idle: Sequence[str], stale: Sequence[str]) -> Iterator[str]:
    if idle:
        yield f"exceptions of the policy that match nothing here: {', '.join(sorted(idle))}"
    if stale:
        number = f"{len(stale)} of its entries" if len(stale) > 1 else "one of its entries"
        yield f"the baseline can be written again: {number} match nothing any more"
