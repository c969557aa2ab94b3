"""How bad it is that somebody else's text is run in a job, and how to say so."""

from __future__ import annotations

from dataclasses import replace
from typing import Hashable, Iterator

from secguard.circleci.config import Config
from secguard.circleci.events import Reach
from secguard.circleci.flow.taint import Taint
from secguard.circleci.model import Job
from secguard.circleci.values import Control
from secguard.finding import Finding, Location, Severity
from secguard.rule import Rule

MAX_PLACES = 10
"""Places that are told of one finding; more would not help anybody."""


def severity(config: Config, job: Job, control: Control) -> Severity:
    """Grade code that the one in control of a text can run in a job."""
    exposure = config.exposure(job)
    if exposure.reach is Reach.NOBODY and config.kind == "config":
        return Severity.LOW
    if control is Control.CALLER:
        return Severity.MEDIUM if exposure.loses else Severity.LOW
    if control is Control.REF and exposure.reach > Reach.CONDITION:
        return Severity.MEDIUM  # the filter leaves few names, most of them out of others' reach
    return Severity.HIGH


class Group:
    """Sightings of one cause, told as one finding where the first was seen."""

    def __init__(self, rule: Rule, config: Config, hint: str = "") -> None:
        """Start empty."""
        self._rule = rule
        self._config = config
        self._hint = hint
        self._found: dict[Hashable, Finding] = {}

    def add(
        self,
        cause: Hashable,
        where: Location,
        message: str,
        job: Job,
        taint: Taint,
        grade: Severity | None = None,
    ) -> None:
        """Add a sighting of a cause, with the way that the text took to it."""
        known = self._found.get(cause)
        grade = severity(self._config, job, taint.control) if grade is None else grade
        if known is None:
            known = self._rule.finding(
                where,
                message,
                hint=self._hint,
                severity=grade,
                subject=taint.name,
                exposure=self._config.exposure(job).at_stake,
            )
        elif grade > known.severity:
            at_stake = self._config.exposure(job).at_stake
            known = replace(known, severity=grade, exposure=at_stake)
        places = list(known.related)
        for place in (where, *taint.way):
            new = all((place.uri, place.span) != (one.uri, one.span) for one in places)
            if new and place.span != known.where.span and len(places) < MAX_PLACES:
                places.append(place)
        self._found[cause] = replace(known, related=tuple(places))

    def findings(self) -> Iterator[Finding]:
        """Give a finding for each cause."""
        yield from self._found.values()
