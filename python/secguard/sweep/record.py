"""What is known of a project after its turn, on one line of a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Mapping, TypeVar

from secguard.access.estate import Use
from secguard.finding import Confidence, Finding, Location, Problem, Severity, Span, Suppression

T = TypeVar("T")

_AGES = 1e9


class Unreadable(ValueError):
    """A line that is no record."""


@dataclass(frozen=True)
class Facts:
    """What is needed of a project to weigh it against others; None where it is not known."""

    id: str = ""
    seen: bool = False
    """True where its config is all that its pipelines run."""
    build_forks: bool | None = None
    secrets_to_forks: bool | None = None
    ssh_disabled: bool | None = None
    variables: tuple[tuple[str, str], ...] = ()
    """Its variables, each with the end of its value, hidden but still to be compared."""


@dataclass(frozen=True)
class Record:
    """The outcome of one project."""

    slug: str
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppression, ...] = ()
    """The findings that comments in its config suppress."""
    problems: tuple[Problem, ...] = ()
    facts: Facts = Facts()
    uses: tuple[Use, ...] = ()
    """The contexts that its config hands to jobs."""
    seconds: float = 0.0
    """How long it took; what it may take next time."""

    @property
    def whole(self) -> bool:
        """True where nothing is missing that another turn could bring."""
        return all(one.tolerated for one in self.problems)

    def written(self) -> str:
        """Write the record as a line of JSON."""
        fields = {
            "slug": self.slug,
            "findings": [_finding(one) for one in self.findings],
            "suppressed": [[_finding(one.finding), one.by, one.reason] for one in self.suppressed],
            "problems": [_problem(one) for one in self.problems],
            "facts": vars(self.facts),
            "uses": [{**vars(one), "where": _location(one.where)} for one in self.uses],
            "seconds": round(self.seconds, 3),
        }
        return json.dumps(fields, separators=(",", ":")) + "\n"


def read_record(line: str) -> Record:
    """Read a record back; raise Unreadable for anything else."""
    try:
        data = json.loads(line)
        return Record(
            _text(data["slug"]),
            _many(data["findings"], _read_finding),
            _many(data["suppressed"], _read_suppression),
            _many(data["problems"], _read_problem),
            _read_facts(data["facts"]),
            _many(data["uses"], _read_use),
            _seconds(data["seconds"]),
        )
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        raise Unreadable("the line is no record") from None


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "severity": one.severity.name,
        "confidence": one.confidence.name,
        "message": one.message,
        "where": _location(one.where),
        "related": [_location(place) for place in one.related],
        "hint": one.hint,
        "subject": one.subject,
        "exposure": one.exposure,
        "occurrence": one.occurrence,
    }


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "where": _location(one.where),
        "message": one.message,
        "hint": one.hint,
        "rule": one.rule,
        "tolerated": one.tolerated,
    }


def _location(where: Location) -> list[Any]:
    span = where.span
    numbers = span and [span.line, span.column, span.end_line, span.end_column]
    return [where.uri, numbers, where.path, where.note]


def _read_finding(data: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=_text(data["rule"]),
        severity=Severity[data["severity"]],
        confidence=Confidence[data["confidence"]],
        message=_text(data["message"]),
        where=_read_location(data["where"]),
        related=_many(data["related"], _read_location),
        hint=_text(data["hint"]),
        subject=_text(data["subject"]),
        exposure=_text(data["exposure"]),
        occurrence=int(data["occurrence"]),
    )


def _read_suppression(data: Any) -> Suppression:
    finding, by, reason = data
    return Suppression(_read_finding(finding), _text(by), _text(reason))


def _read_problem(data: Mapping[str, Any]) -> Problem:
    return Problem(
        _read_location(data["where"]),
        _text(data["message"]),
        _text(data["hint"]),
        _text(data["rule"]),
        data["tolerated"] is True,
    )


def _read_facts(data: Mapping[str, Any]) -> Facts:
    return Facts(
        _text(data["id"]),
        data["seen"] is True,
        _switch(data["build_forks"]),
        _switch(data["secrets_to_forks"]),
        _switch(data["ssh_disabled"]),
        tuple((_text(name), _text(hidden)) for name, hidden in data["variables"]),
    )


def _read_use(data: Mapping[str, Any]) -> Use:
    return Use(
        project=_text(data["project"]),
        context=_text(data["context"]),
        known=data["known"] is True,
        job=_text(data["job"]),
        where=_read_location(data["where"]),
        reach=_text(data["reach"]),
        any_branch=data["any_branch"] is True,
        forks=data["forks"] is True,
        at_stake=_text(data["at_stake"]),
    )


def _read_location(data: Any) -> Location:
    uri, numbers, path, note = data
    span = Span(*map(int, numbers)) if numbers is not None else None
    return Location(_text(uri), span, _many(path, _text), _text(note))


def _many(data: Any, read: Callable[[Any], T]) -> tuple[T, ...]:
    if not isinstance(data, list):
        raise TypeError
    return tuple(map(read, data))


def _seconds(data: Any) -> float:
    found = float(data)
    if not 0 <= found < _AGES:
        raise ValueError
    return found


def _switch(data: Any) -> bool | None:
    return data if isinstance(data, bool) else None


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise TypeError
    return data
