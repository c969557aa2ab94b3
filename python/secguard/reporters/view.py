"""What reporters may show of a report: printable, without secrets, in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Mapping

from secguard.finding import Finding, Location, Report, Severity, Source, Span, Suppression
from secguard.reporters.clean import cleaned
from secguard.sanitize import Ranges, Secrets, cover, printable, visible

SEVERITIES = tuple(sorted(Severity, reverse=True))
"""From worst to least."""

_WIDTH = 120
_LEAD = 40
_TAB = "    "


@dataclass(frozen=True)
class Line:
    """One line of an excerpt, with the part that matters apart."""

    number: int
    before: str
    marked: str
    after: str


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
        return _cut(text, number, span, self._ranges[key])


def basis(view: View) -> str:
    """Say in a sentence what the report rests on; inputs that rules could not see whole are out."""
    inputs = {source.uri for source in view.report.inputs}
    broken = {item.where.uri for item in view.report.problems if not item.rule} & inputs
    rules = counted(len(view.report.rules), "rule")
    whole = f"{len(inputs - broken)} of " if broken else ""
    return (
        f"Checked {whole}{counted(len(inputs), 'file')} with {rules}."
        if inputs
        else f"Ran {rules}."
    )


def counts(findings: Iterable[Finding]) -> tuple[tuple[Severity, int], ...]:
    """Count findings by severity, worst first, leaving out what there is none of."""
    severities = [finding.severity for finding in findings]
    pairs = ((severity, severities.count(severity)) for severity in SEVERITIES)
    return tuple(pair for pair in pairs if pair[1])


def suppressed_by(suppressed: Iterable[Suppression]) -> tuple[tuple[str, int], ...]:
    """Count suppressed findings by who silences them."""
    names = [item.by for item in suppressed]
    return tuple((name, names.count(name)) for name in sorted(dict.fromkeys(names)))


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


def _cut(text: str, number: int, span: Span, secrets: Ranges) -> Line:
    """Split a line around the span, masked, spelled out and not too wide."""
    start = span.column - 1 if number == span.line else len(text) - len(text.lstrip())
    end = span.end_column - 1 if number == span.end_line else len(text)
    start = min(start, len(text))
    end = min(max(start, end), len(text))
    for first, last in secrets:
        if first < end and last > start:
            start, end = min(start, first), max(end, last)
    left, right = 0, len(text)
    if len(text) > _WIDTH:
        left = max(0, min(start - _LEAD, len(text) - _WIDTH))
        right = min(len(text), left + _WIDTH)
    end = min(end, right)
    return Line(
        number,
        ("\u2026" if left else "") + _plain(cover(text, left, start, secrets)),
        _plain(cover(text, start, end, secrets)),
        _plain(cover(text, end, right, secrets)) + ("\u2026" if right < len(text) else ""),
    )


def _plain(text: str) -> str:
    return visible(text.replace("\t", _TAB))
