"""Makes untrusted text safe to show, and keeps secrets out of what is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, is_dataclass, replace
from typing import Any, Iterable, Iterator, Tuple, TypeVar

from secguard.finding import Finding, Report, Source, Span

MASK = "****"
"""Stands for a secret of any length."""

_LIMIT = 1000
_LINE = 120
_LEAD = 40
_TAB = "    "
_ELLIPSIS = "\u2026"
_BREAKS = re.compile(r"[\t\n\r]+")
# NOTE: ranges, not `unicodedata` categories: those change with the Python that runs, and the same
# input must give the same bytes. Controls, bidi and zero-width characters, blank letters, variation
# selectors (but the two of emoji), tags, surrogates, private use, noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0d\ufeff"
    "\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)

# A secret's text is also masked away from its range, if it is long enough not to hit other words;
# a weak password such as "postgres" is a word that reports need.
_MIN_TEXT = 6
_MIN_WORD = 12
_AROUND = " \t\r'\""

T = TypeVar("T")

Ranges = Tuple[Tuple[int, int], ...]
"""Half-open, 0-based, sorted, disjoint parts of a line."""


def printable(text: str, limit: int = _LIMIT) -> str:
    """Put text on one line, with what a reader can't see spelled out, cut at the limit."""
    if not (text.isascii() and text.isprintable()):
        text = visible(_BREAKS.sub(" ", text))
    return _cut(text, limit)


def visible(text: str) -> str:
    """Spell out each character that is unseen or drives a terminal, e.g. `\\x1b`."""
    return _UNSEEN.sub(_spelled, text)


def mask_line(line_text: str, line_no: int, spans: Iterable[Span]) -> str:
    """Put the mask in place of the parts of a line that lie in the spans."""
    ranges = _joined(_part(line_text, line_no, span) for span in spans)
    return cover(line_text, 0, len(line_text), ranges)


def cover(text: str, start: int, end: int, ranges: Ranges) -> str:
    """Give a part of the text with the mask in place of the ranges that it touches."""
    parts: list[str] = []
    for first, last in ranges:
        if first < end and last > start:
            parts += (text[start : max(start, first)], MASK)
            start = min(last, end)
    return "".join((*parts, text[start:end]))


@dataclass(frozen=True)
class Secrets:
    """The secrets of a report: where they are, and what they are."""

    _places: dict[tuple[str, int], list[tuple[int, int]]] = field(repr=False)
    _texts: dict[str, list[str]] = field(repr=False)
    """Secret texts by how they begin, so that one pass finds any number of them."""

    @classmethod
    def of(cls, report: Report) -> Secrets:
        """Collect the secrets of all findings, also of those that are suppressed."""
        spans: dict[str, dict[Span, None]] = {}
        for finding in (*report.findings, *(item.finding for item in report.suppressed)):
            spans.setdefault(finding.where.uri, {}).update(dict.fromkeys(finding.secrets))
        places: dict[tuple[str, int], list[tuple[int, int]]] = {}
        texts: dict[str, None] = {}
        for source in report.inputs:
            for span in (*spans.get(source.uri, ()), *source.secrets):
                for line_no in range(max(span.line, 1), min(span.end_line, len(source.lines)) + 1):
                    line = source.lines[line_no - 1]
                    start, end = _part(line, line_no, span)
                    places.setdefault((source.uri, line_no), []).append((start, end))
                    texts[line[start:end].strip(_AROUND)] = None
        return cls(places, _index(texts))

    def ranges(self, uri: str, line_no: int, line_text: str) -> Ranges:
        """Say which parts of a source line must not be shown."""
        return _joined((*self._places.get((uri, line_no), ()), *self._occurrences(line_text)))

    def hide(self, text: str) -> str:
        """Put the mask in place of each secret in a text that is no source line."""
        ranges = _joined(self._occurrences(text))
        return cover(text, 0, len(text), ranges) if ranges else text

    def _occurrences(self, text: str) -> Iterator[tuple[int, int]]:
        if not self._texts:
            return
        for start in range(len(text) - _MIN_TEXT + 1):
            for secret in self._texts.get(text[start : start + _MIN_TEXT], ()):
                if text.startswith(secret, start):
                    yield (start, start + len(secret))
                    break


@dataclass(frozen=True)
class Line:
    """A source line that is safe to show, with the part that matters apart."""

    number: int
    before: str
    marked: str
    after: str


def split_line(text: str, number: int, span: Span, secrets: Ranges) -> Line:
    """Split a line around a span; what is marked grows to whole secrets, what is far is cut off."""
    start, end = _part(text, number, span)
    start = min(start, len(text))
    end = max(start, end)
    for first, last in secrets:
        if first < end and last > start:
            start, end = min(start, first), max(end, last)
    before = cover(text, max(start - _LINE, 0), start, secrets)
    marked = cover(text, start, end, secrets)
    after = cover(text, end, min(end + _LINE, len(text)), secrets)
    if len(before) + len(marked) + len(after) > _LINE or start > _LINE:
        before = _ELLIPSIS + before[-_LEAD:] if len(before) > _LEAD else before
        marked = _cut(marked, _LINE - len(before))
        after = _cut(after, max(_LINE - len(before) - len(marked), 1))
    return Line(number, *(visible(part.replace("\t", _TAB)) for part in (before, marked, after)))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + _ELLIPSIS


def cleaned(report: Report, secrets: Secrets) -> Report:
    """Copy a report, sorted, without source lines and without anything unsafe to show."""
    bare = replace(report, inputs=tuple(Source(source.uri, ()) for source in report.inputs))
    shown: Report = _copy(bare, secrets, {})
    return replace(
        shown,
        findings=tuple(sorted(shown.findings, key=lambda item: item.sort_key)),
        problems=tuple(sorted(shown.problems, key=lambda item: item.sort_key)),
        suppressed=tuple(
            sorted(shown.suppressed, key=lambda x: (x.finding.sort_key, x.by, x.reason))
        ),
        inputs=tuple(Source(uri, ()) for uri in sorted({source.uri for source in shown.inputs})),
        rules=tuple(sorted({rule.id: rule for rule in shown.rules}.values(), key=lambda x: x.id)),
        opaque=tuple(sorted(set(shown.opaque))),
    )


def safe(value: T, secrets: Secrets) -> T:
    """Copy something with every text in it made safe to show."""
    copied: T = _copy(value, secrets, {})
    return copied


@dataclass(frozen=True)
class _Shown(Finding):
    """A finding that is safe to show and keeps the identity of the one it stands for."""

    identity: str = ""

    @property
    def fingerprint(self) -> str:
        return self.identity


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
    kind: Any = type(value)
    if isinstance(value, Finding):
        return _Shown(**parts, identity=value.fingerprint)
    return kind(**parts)


def _in_order(span: Span) -> Span:
    """Mend a span that is not one: formats promise positions from 1, the end not before start."""
    line, column = max(span.line, 1), max(span.column, 1)
    return Span(line, column, *max((line, column), (span.end_line, max(span.end_column, 1))))


def _index(texts: Iterable[str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for text in sorted(texts, key=lambda text: (-len(text), text)):
        if len(text) >= (_MIN_WORD if text.isalpha() else _MIN_TEXT):
            index.setdefault(text[:_MIN_TEXT], []).append(text)
    return index


def _part(text: str, line_no: int, span: Span) -> tuple[int, int]:
    """Say which part of a line lies in the span, without the indentation of further lines."""
    if not span.line <= line_no <= span.end_line:
        return (0, 0)
    indent = len(text) - len(text.lstrip())
    start = span.column - 1 if line_no == span.line else indent
    end = span.end_column - 1 if line_no == span.end_line else len(text)
    return (max(start, 0), min(end, len(text)))


def _joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
