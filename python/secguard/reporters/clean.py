"""Copies a report with every text in it made printable and free of secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from secguard.finding import (
    Finding,
    Location,
    Problem,
    Report,
    RuleInfo,
    Source,
    Span,
    Suppression,
)
from secguard.sanitize import Secrets, printable


@dataclass(frozen=True)
class _Shown(Finding):
    """A finding that is safe to show and keeps the identity of the one it stands for."""

    identity: str = ""

    @property
    def fingerprint(self) -> str:
        return self.identity


class Clean:
    """Copies parts of a report; what it gives is safe to show."""

    def __init__(self, secrets: Secrets) -> None:
        """Keep what must be hidden, and each text once made safe."""
        self._secrets = secrets
        self._known: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Make one text safe."""
        if text not in self._known:
            self._known[text] = printable(self._secrets.hide(text))
        return self._known[text]

    def report(self, report: Report) -> Report:
        """Copy a report, sorted, without source lines and places of secrets."""
        findings = (self._finding(item) for item in report.findings)
        problems = (self._problem(item) for item in report.problems)
        suppressed = (self._suppression(item) for item in report.suppressed)
        return Report(
            findings=tuple(sorted(findings, key=lambda item: item.sort_key)),
            problems=tuple(sorted(problems, key=lambda item: item.sort_key)),
            suppressed=tuple(
                sorted(suppressed, key=lambda item: (item.finding.sort_key, item.by, item.reason))
            ),
            inputs=tuple(Source(uri, ()) for uri in self._names(x.uri for x in report.inputs)),
            rules=tuple(sorted(map(self._rule, report.rules), key=lambda item: item.id)),
            version=self.text(report.version),
            opaque=self._names(report.opaque),
            notes=self._texts(report.notes),
        )

    def _finding(self, item: Finding) -> Finding:
        return _Shown(
            rule=self.text(item.rule),
            severity=item.severity,
            confidence=item.confidence,
            message=self.text(item.message),
            where=self._location(item.where),
            related=tuple(self._location(where) for where in item.related),
            hint=self.text(item.hint),
            subject=self.text(item.subject),
            exposure=self.text(item.exposure),
            identity=item.fingerprint,
        )

    def _problem(self, item: Problem) -> Problem:
        return Problem(
            self._location(item.where),
            self.text(item.message),
            self.text(item.hint),
            self.text(item.rule),
        )

    def _suppression(self, item: Suppression) -> Suppression:
        return Suppression(self._finding(item.finding), self.text(item.by), self.text(item.reason))

    def _rule(self, item: RuleInfo) -> RuleInfo:
        return RuleInfo(
            self.text(item.id),
            self.text(item.summary),
            self.text(item.family),
            item.severity,
            item.confidence,
            self._texts(item.refs),
            self.text(item.url),
        )

    def _location(self, where: Location) -> Location:
        return Location(
            self.text(where.uri),
            where.span and _in_order(where.span),
            self._texts(where.path),
            self.text(where.note),
        )

    def _texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.text(text) for text in texts)

    def _names(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(dict.fromkeys(self._texts(names))))


def _in_order(span: Span) -> Span:
    """Mend a span that is not one: formats promise positions from 1, the end not before start."""
    line, column = max(span.line, 1), max(span.column, 1)
    end = max((line, column), (span.end_line, max(span.end_column, 1)))
    return Span(line, column, *end)
