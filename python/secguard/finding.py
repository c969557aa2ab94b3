"""The words that everything else speaks: finding, problem, location, span, report."""

from __future__ import annotations

import enum
import hashlib
import re
from dataclasses import dataclass
from typing import Any

_QUOTED = re.compile(r"'([^']*)'")


class Severity(enum.IntEnum):
    """How bad it is if the finding is right."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        """Give the name as options and reports spell it."""
        return self.name.lower()


class Confidence(enum.IntEnum):
    """How sure the rule is that the finding is right."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    def __str__(self) -> str:
        """Give the name as options and reports spell it."""
        return self.name.lower()


@dataclass(frozen=True, order=True)
class Span:
    """A half-open range of text; lines and columns are 1-based, columns count code points."""

    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        """Write the range as `line:column-line:column`."""
        return f"{self.line}:{self.column}-{self.end_line}:{self.end_column}"


@dataclass(frozen=True)
class Location:
    """A place that a person can go to: a range in a file, a variable, a context, an image."""

    uri: str
    """What is pointed at: a path with `/` as given by the user, or `env:NAME`, `context:prod`."""
    span: Span | None = None
    """The range in the file; None where there is no text to point at."""
    path: tuple[str, ...] = ()
    """The way through the document, e.g. `("jobs", "build", "steps", "2", "run")`."""
    note: str = ""
    """What is seen at this place, a few words."""

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Order places by file, then range, then path."""
        span = self.span or Span(0, 0, 0, 0)
        return (self.uri, span, self.path, self.note)


@dataclass(frozen=True)
class Finding:
    """One mistake, at one place, as one rule sees it."""

    rule: str
    """The id of the rule."""
    severity: Severity
    confidence: Confidence
    message: str
    """One sentence in lower case without full stop; never holds a secret's value."""
    where: Location
    """The smallest text that shows the mistake."""
    related: tuple[Location, ...] = ()
    """Other places that explain it, in reading order: the way a value took, where a secret is."""
    hint: str = ""
    """What to write instead."""
    secrets: tuple[Span, ...] = ()
    """Ranges in the file of `where` that a reporter must never print."""
    subject: str = ""
    """What the finding is about, apart from its place (an orb, an image); keeps its identity."""
    exposure: str = ""
    """What the mistake puts at risk here, where the rule knows it."""
    occurrence: int = 0
    """Which one it is, in the order of the file, of several that nothing else tells apart."""

    @property
    def fingerprint(self) -> str:
        """Identify the finding across edits that only move lines, and across other wordings.

        Of the message only the names in quotes count.
        """
        names = [part for part in self.where.path if not part.isdigit()]
        quoted = _QUOTED.findall(self.message)
        parts = (self.rule, self.where.uri, *names, self.subject, *quoted, str(self.occurrence))
        text = "\0".join(parts)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Order findings by place, then rule, then text."""
        return (self.where.sort_key, self.rule, self.message)


@dataclass(frozen=True)
class Problem:
    """Something that was not checked, and why; never counted as passed."""

    where: Location
    message: str
    """One sentence in lower case without full stop."""
    hint: str = ""
    rule: str = ""
    """The rule that could not finish; empty where no rule could start."""
    tolerated: bool = False
    """True where the run was told not to fail for it."""

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Order problems by place, then rule, then text."""
        return (self.where.sort_key, self.rule, self.message)


@dataclass(frozen=True)
class Suppression:
    """A finding that somebody decided not to see, and the reason given."""

    finding: Finding
    by: str
    """Who silences it: `comment`, `policy`, `baseline`, `diff`, `severity` or `confidence`."""
    reason: str = ""


@dataclass(frozen=True)
class RuleInfo:
    """What a report tells about a rule, so that reporters need nothing but the report."""

    id: str
    summary: str
    family: str
    severity: Severity
    confidence: Confidence
    refs: tuple[str, ...]
    """Numbers from CWE and the OWASP Top 10 CI/CD Security Risks."""
    url: str
    """The rule's page."""


@dataclass(frozen=True)
class Source:
    """The text of one input, kept for excerpts."""

    uri: str
    lines: tuple[str, ...]
    """Lines without their ends; empty where the input could not be read."""
    secrets: tuple[Span, ...] = ()
    """Ranges that must not be shown, besides those that findings name."""


@dataclass(frozen=True)
class Report:
    """All that one run found out; the same input gives the same report."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    suppressed: tuple[Suppression, ...]
    inputs: tuple[Source, ...]
    rules: tuple[RuleInfo, ...]
    """The rules that ran, also those that found nothing."""
    version: str
    """The version of secguard."""
    opaque: tuple[str, ...] = ()
    """Orbs and other parts that could not be looked into, by name."""
    notes: tuple[str, ...] = ()
    """Facts about the run that a reader should know, one sentence each."""
