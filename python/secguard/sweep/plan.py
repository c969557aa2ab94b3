"""Which projects a sweep goes over, what each may cost, and which node takes it."""

from __future__ import annotations

import hashlib
import heapq
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Iterable, Mapping, Sequence

from secguard.errors import UsageError
from secguard.logs.jobs import is_slug

MAX_PROJECTS = 200_000
MAX_NODES = 256

_VERSION = 1
_PART = r"[^/\s\ud800-\udfff]"
_ORGANISATION = re.compile(f"{_PART}{{1,100}}/{_PART}{{1,200}}")
_HINT = "write it again with `secguard sweep plan`"


@dataclass(frozen=True)
class Task:
    """A project that waits for its turn."""

    slug: str
    """As in `gh/acme/app`."""
    cost: float = 1.0
    """How long it takes in comparison with the others; positive."""


@dataclass(frozen=True)
class Plan:
    """What a sweep is to do, the same for all of its nodes."""

    organisation: str
    """As in `gh/acme`."""
    day: str
    """The day that ages are counted to, as in `2026-11-25`."""
    tasks: tuple[Task, ...]
    notes: tuple[str, ...] = ()
    """Where the list of projects comes from."""
    gaps: tuple[str, ...] = ()
    """Why it may lack some."""

    @property
    def digest(self) -> str:
        """Tell this plan from others."""
        return hashlib.sha256(self.written().encode()).hexdigest()[:16]

    def written(self) -> str:
        """Write the plan as JSON, a project on each line."""
        head = {"version": _VERSION, "organisation": self.organisation, "day": self.day}
        lines = ",\n".join(f"    {json.dumps([one.slug, one.cost])}" for one in self.tasks)
        body = f"[\n{lines}\n  ]" if lines else "[]"
        fields = "".join(f"  {json.dumps(key)}: {json.dumps(head[key])},\n" for key in head)
        told = {"notes": self.notes, "gaps": self.gaps}
        more = "".join(f"  {json.dumps(key)}: {json.dumps(told[key])},\n" for key in told)
        return f'{{\n{fields}{more}  "projects": {body}\n}}\n'


def read_plan(text: str, name: str) -> Plan:
    """Read a plan; raise UsageError for what is none."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(f"{name} is not JSON", _HINT) from None
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise UsageError(f"{name} is no plan of version {_VERSION}", _HINT)
    organisation, day = data.get("organisation"), data.get("day")
    projects = data.get("projects")
    notes: Any = data.get("notes")
    gaps: Any = data.get("gaps")
    if not (isinstance(organisation, str) and _ORGANISATION.fullmatch(organisation)):
        raise UsageError(f"{name} is for no organisation", _HINT)
    if not (isinstance(day, str) and _is_day(day)):
        raise UsageError(f"{name} does not say of which day it is", _HINT)
    if not (_are_texts(notes) and _are_texts(gaps)):
        raise UsageError(f"{name} has a note that is none", _HINT)
    if not isinstance(projects, list) or not all(map(_is_task, projects)):
        raise UsageError(f"{name} has a project that is none", _HINT)
    tasks = tuple(Task(slug, float(cost)) for slug, cost in projects)
    return Plan(organisation, day, tasks, tuple(notes), tuple(gaps))


def _is_task(found: Any) -> bool:
    return (
        isinstance(found, list)
        and len(found) == 2
        and isinstance(found[0], str)
        and is_slug(found[0])
        and is_cost(found[1])
    )


def _are_texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(text, str) for text in found)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_cost(found: Any) -> bool:
    """Say whether something is a cost: positive, and not out of all bounds."""
    return isinstance(found, (int, float)) and not isinstance(found, bool) and 0 < found < 1e9


def make_plan(
    organisation: str,
    day: str,
    slugs: Iterable[str],
    costs: Mapping[str, float],
    notes: Sequence[str] = (),
    gaps: Sequence[str] = (),
) -> Plan:
    """Plan a sweep; a project of which no cost is known costs as much as the middle one."""
    if not _ORGANISATION.fullmatch(organisation):
        raise UsageError(f"{organisation!r} is no organisation", "write it as gh/ORGANISATION")
    wanted = sorted(set(slugs))
    if len(wanted) > MAX_PROJECTS:
        raise UsageError(f"{len(wanted)} projects are too many", f"name {MAX_PROJECTS} at most")
    known = sorted(costs[slug] for slug in wanted if costs.get(slug, 0) > 0)
    usual = known[len(known) // 2] if known else 1.0
    tasks = (Task(slug, costs[slug] if costs.get(slug, 0) > 0 else usual) for slug in wanted)
    return Plan(organisation, day, tuple(tasks), tuple(notes), tuple(gaps))


def share(tasks: Iterable[Task], index: int, total: int) -> tuple[Task, ...]:
    """Give a node its share: the dearest first, each to the node that has least to do.

    All nodes come to the same shares without asking each other.
    """
    if not 0 <= index < total <= MAX_NODES:
        raise UsageError(
            f"there is no node {index} of {total}", f"give 1 to {MAX_NODES} nodes, from 0"
        )
    loads = [(0.0, node) for node in range(total)]
    mine = []
    for task in sorted(tasks, key=lambda one: (-one.cost, one.slug)):
        load, node = heapq.heappop(loads)
        heapq.heappush(loads, (load + task.cost, node))
        if node == index:
            mine.append(task)
    return tuple(mine)
