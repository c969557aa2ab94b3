"""How bad it is that somebody else's text is run in a job, and how to say so."""

from __future__ import annotations

from dataclasses import replace
from typing import Hashable, Iterator, Sequence

from secguard.circleci.config import Config
from secguard.circleci.events import Reach
from secguard.circleci.exposure import Exposure
from secguard.circleci.flow.taint import Taint
from secguard.circleci.model import Job
from secguard.circleci.values import Control
from secguard.finding import Finding, Location, Severity
from secguard.rule import Rule

MAX_PLACES = 10
"""Places that are told of one finding; more would not help anybody."""


def _severity(exposure: Exposure, control: Control, kind: str) -> Severity:
    if exposure.reach is Reach.NOBODY and kind == "config":
        return Severity.LOW
    if control is Control.CALLER:
        return Severity.MEDIUM if exposure.loses else Severity.LOW
    if control is Control.REF and exposure.reach > Reach.CONDITION:
        return Severity.MEDIUM  # the filter leaves few names, most of them out of others' reach
    return Severity.HIGH


class Group:
    """Sightings of one cause, told as one finding where the first was seen."""

    def __init__(self, rule: Rule, config: Config, hint: str) -> None:
        """Start empty."""
        self._rule = rule
        self._config = config
        self._hint = hint
        self._found: dict[Hashable, Finding] = {}
        self._graded: dict[Hashable, tuple[Severity, str]] = {}

    def add(
        self,
        cause: Hashable,
        where: Location,
        message: str,
        jobs: Sequence[Job],
        taint: Taint,
        most: Severity = Severity.HIGH,
    ) -> None:
        """Add a sighting of a cause in some jobs, with the way that the text took to it."""
        known = self._found.get(cause)
        grade, at_stake = self._grade(jobs, taint.control)
        grade = min(grade, most)
        if known is None:
            known = self._rule.finding(
                where,
                message,
                hint=self._hint,
                severity=grade,
                subject=taint.name,
                exposure=at_stake,
            )
        elif grade > known.severity:
            known = replace(known, severity=grade, exposure=at_stake)
        places = list(known.related)
        for place in (where, *taint.way):
            new = all((place.uri, place.span) != (one.uri, one.span) for one in places)
            if new and place.span != known.where.span and len(places) < MAX_PLACES:
                places.append(place)
        self._found[cause] = replace(known, related=tuple(places))

    def _grade(self, jobs: Sequence[Job], control: Control) -> tuple[Severity, str]:
        key = (control, *map(id, jobs))
        if key not in self._graded:
            kind = self._config.kind
            graded = [
                (_severity(exposure, control, kind), exposure.loses, exposure.at_stake)
                for exposure in map(self._config.exposure, jobs)
            ]
            grade, _, at_stake = max(graded, key=lambda one: one[:2])
            self._graded[key] = grade, at_stake
        return self._graded[key]

    def findings(self) -> Iterator[Finding]:
        """Give a finding for each cause."""
        yield from self._found.values()
