"""What reporters may show of a report: printable, without secrets, in a fixed order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Iterable, Mapping

from secguard.finding import Finding, Location, Report, Severity, Source, Span, Suppression
from secguard.sanitize import Line, Ranges, Secrets, cleaned, printable, split_line


@dataclass(frozen=True)
class View:
    """A report that is safe to show, and excerpts from its sources."""

    report: Report
    """The report with every text made safe, sorted; its sources have no lines."""
    _sources: Mapping[str, Source] = field(repr=False)
    _secrets: Secrets = field(repr=False)
    _ranges: dict[tuple[str, int], Ranges] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, report: Report) -> View:
        """Make a report safe to show."""
        secrets = Secrets.of(report)
        sources: dict[str, Source] = {}
        for source in report.inputs:
            sources.setdefault(printable(secrets.hide(source.uri)), source)
        return cls(cleaned(report, secrets), sources, secrets)

    def excerpt(self, where: Location, limit: int = 3) -> tuple[Line, ...]:
        """Give the source lines of a place; none where there is no text to show."""
        source = self._sources.get(where.uri)
        if where.span is None or source is None:
            return ()
        span = where.span
        last = min(last_line(span), span.line + limit - 1, len(source.lines))
        return tuple(self._line(source, line, span) for line in range(span.line, last + 1))

    def _line(self, source: Source, number: int, span: Span) -> Line:
        text = source.lines[number - 1].rstrip("\r\n")
        key = (source.uri, number)
        if key not in self._ranges:
            self._ranges[key] = self._secrets.ranges(source.uri, number, text)
        return split_line(text, number, span, self._ranges[key])


def basis(view: View) -> str:
    """Say in a sentence what the report rests on; inputs that rules could not see whole are out."""
    inputs = {source.uri for source in view.report.inputs}
    broken = {item.where.uri for item in view.report.problems if not item.rule} & inputs
    rules = counted(len(view.report.rules), "rule")
    if not inputs:
        return f"Ran {rules}."
    whole = f"{len(inputs - broken)} of " if broken else ""
    return f"Checked {whole}{counted(len(inputs), 'file')} with {rules}."


def by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Count findings by severity, worst first."""
    found = Counter(finding.severity for finding in findings)
    return {severity: found[severity] for severity in sorted(Severity, reverse=True)}


def by_whom(suppressed: Iterable[Suppression]) -> dict[str, int]:
    """Count suppressed findings by who silences them."""
    return dict(sorted(Counter(item.by for item in suppressed).items()))


def alike(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """Group findings of one file that say the same, in the order of the first of each."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for item in findings:
        key = (item.where.uri, item.rule, item.severity, item.message, item.hint, item.exposure)
        groups.setdefault(key, []).append(item)
    return tuple(tuple(group) for group in groups.values())


def counted(number: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def last_line(span: Span) -> int:
    """Number the last line of a span that holds any of its text."""
    # NOTE: a block scalar may end at the first column of the line after it.
    return span.end_line - (span.end_column == 1 and span.end_line > span.line)


def place(where: Location) -> str:
    """Write a place so that a person, or an editor, can go to it."""
    if where.span is not None:
        return f"{where.uri}:{where.span.line}:{where.span.column}"
    return f"{where.uri} ({' > '.join(where.path)})" if where.path else where.uri
