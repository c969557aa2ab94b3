"""Schedules that run with the rights of somebody who is no member any more."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at


@rule(
    "schedule-orphaned",
    summary="schedule that runs with the rights of somebody who left",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-672", "CICD-SEC-2"),
    family="access",
)
def schedule_orphaned(estate: Estate) -> Iterator[Finding]:
    """Report schedules whose actor has no access any more, where GitHub tells who has."""
    people = estate.people
    if people is None or people.members is None or people.outside is None:
        return
    known = {login.lower() for login in (*people.members, *people.outside)}
    for project in estate.projects:
        if not project.slug.startswith("gh/"):
            continue  # others have names of their own
        for schedule in project.schedules or ():
            if not schedule.system and schedule.actor and schedule.actor not in known:
                yield schedule_orphaned.finding(
                    project_at(project),
                    f"the schedule '{schedule.name}' of '{project.slug}' runs with the rights of "
                    f"'{schedule.actor}', who has no access to the organisation",
                    hint="let it run as the scheduling system, and restrict its contexts by "
                    "project or expression",
                    subject=schedule.name,
                )
