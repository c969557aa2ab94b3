"""Copies a report with every text in it made printable and free of secrets."""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass, replace
from typing import Any, Iterable

from secguard.finding import Finding, Report, Source, Span
from secguard.sanitize import Secrets, printable


@dataclass(frozen=True)
class _Shown(Finding):
    """A finding that is safe to show and keeps the identity of the one it stands for."""

    identity: str = ""

    @property
    def fingerprint(self) -> str:
        return self.identity


def cleaned(report: Report, secrets: Secrets) -> Report:
    """Copy a report, sorted, without source lines and without anything unsafe to show."""
    bare = replace(report, inputs=tuple(Source(source.uri, ()) for source in report.inputs))
    shown: Report = _copy(bare, secrets, {})
    return replace(
        shown,
        findings=_sorted(shown.findings),
        problems=_sorted(shown.problems),
        suppressed=tuple(
            sorted(shown.suppressed, key=lambda x: (x.finding.sort_key, x.by, x.reason))
        ),
        inputs=tuple(Source(uri, ()) for uri in sorted({source.uri for source in shown.inputs})),
        rules=tuple(sorted(shown.rules, key=lambda rule: rule.id)),
        opaque=tuple(sorted(set(shown.opaque))),
    )


def _sorted(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(items, key=lambda item: item.sort_key))


# NOTE: walks whatever fields there are, so that a field added later is made safe as well.
def _copy(value: Any, secrets: Secrets, known: dict[str, str]) -> Any:
    if isinstance(value, str):
        if value not in known:
            known[value] = printable(secrets.hide(value))
        return known[value]
    if isinstance(value, tuple):
        return tuple(_copy(item, secrets, known) for item in value)
    if isinstance(value, Span):
        return _in_order(value)
    if not is_dataclass(value):
        return value
    parts = {name: _copy(item, secrets, known) for name, item in vars(value).items()}
    if isinstance(value, Finding):
        return _Shown(**parts, identity=value.fingerprint)
    kind: Any = type(value)
    return kind(**parts)


def _in_order(span: Span) -> Span:
    """Mend a span that is not one: formats promise positions from 1, the end not before start."""
    line, column = max(span.line, 1), max(span.column, 1)
    return Span(line, column, *max((line, column), (span.end_line, max(span.end_column, 1))))
