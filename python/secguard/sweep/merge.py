"""Puts what all nodes found together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable, Iterator, Sequence

from secguard import engine
from secguard.access.estate import Estate, Use
from secguard.access.model import Organisation, Project, ProjectSettings, Variable
from secguard.finding import Finding, Location, Problem, Suppression
from secguard.rule import Rule
from secguard.sweep.look import ACROSS
from secguard.sweep.plan import Plan
from secguard.sweep.record import Record
from secguard.triage import Grounds

_SHOWN = 5
_NONE = "no project of '{}' is known, so none was looked at"


@dataclass
class Merged:
    """What a sweep found, the same however many nodes it had."""

    findings: Sequence[Finding]
    suppressed: Sequence[Suppression]
    problems: Sequence[Problem]
    costs: dict[str, float]
    """How many seconds each project took."""


def merge(
    plan: Plan,
    records: Iterable[Record],
    organisation: Organisation,
    grounds: Grounds,
    rules: Sequence[Rule],
) -> Merged:
    """Judge the organisation, and all projects against each other."""
    findings: list[Finding] = []
    suppressed: list[Suppression] = []
    problems: list[Problem] = [*organisation.unverified]
    projects: list[Project] = []
    told: list[Use] = []
    seen: set[str] = set()
    costs: dict[str, float] = {}
    for record in records:
        findings += record.findings
        suppressed += record.suppressed
        problems += record.problems
        costs[record.slug] = record.seconds
        told += record.uses
        if record.facts.seen:
            seen.add(record.slug)
        projects.append(_project(record))
    problems += _missing(plan, costs)
    projects.sort(key=lambda one: one.slug)
    told.sort(key=lambda one: (one.project, one.where.sort_key, one.job))
    alone = Estate(grounds.today, organisation, policy=grounds.policy)
    estate = replace(
        alone,
        projects=tuple(projects),
        told=tuple(told),
        seen=frozenset(seen),
        complete=len(costs) == len(plan.tasks),
    )
    across = [rule for rule in rules if rule.id in ACROSS]
    others = [rule for rule in rules if rule.id not in ACROSS]
    for some, target in ((across, estate), (others, alone)):
        found, failed = engine.check(some, [(f"org:{plan.organisation}", target)])
        findings += found
        problems += failed
    return Merged(findings, suppressed, problems, costs)


def _project(record: Record) -> Project:
    facts = record.facts
    settings = ProjectSettings(
        build_forks=facts.build_forks,
        secrets_to_forks=facts.secrets_to_forks,
        ssh_disabled=facts.ssh_disabled,
    )
    variables = tuple(Variable(name, tail=hidden) for name, hidden in facts.variables)
    return Project(record.slug, facts.id, settings=settings, variables=variables)


def _missing(plan: Plan, done: dict[str, float]) -> Iterator[Problem]:
    where = Location(f"org:{plan.organisation}")
    gaps = plan.gaps if plan.tasks else (*plan.gaps, _NONE.format(plan.organisation))
    for gap in gaps:
        yield Problem(where, gap, "plan again, or name all projects with --projects FILE")
    left = [task.slug for task in plan.tasks if task.slug not in done]
    if left:
        names = ", ".join(f"'{slug}'" for slug in left[:_SHOWN])
        more = f" and {len(left) - _SHOWN:,} more" if left[_SHOWN:] else ""
        yield Problem(
            where,
            f"{len(left):,} of {len(plan.tasks):,} projects were not looked at: {names}{more}",
            "run the sweep again on this state: what was looked at is not asked for again",
        )
