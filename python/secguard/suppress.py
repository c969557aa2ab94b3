"""Comments that suppress findings: `# secguard: ignore[rule-id] reason until=2027-01-31`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Collection, Iterable, Iterator, Sequence, Tuple

from secguard.circleci.namespace import BUILT_IN
from secguard.finding import Finding, Location, Problem, Span, Suppression
from secguard.policy.read import parse_date
from secguard.source.node import Node
from secguard.source.text import TextFile
from secguard.suggest import nearest

_COMMENT = re.compile(r"(?<![^\s])#\s{0,9}secguard:\s{0,9}ignore\b(?P<rest>.*)")
_RULES = re.compile(r"\s{0,9}\[(?P<rules>[^\]]*)\](?P<reason>.*)")
_UNTIL = re.compile(r"(?<!\S)until=(?P<day>\S*)")
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Comment:
    """One comment, and what it is about."""

    where: Location
    rules: tuple[str, ...]
    reason: str
    until: str = ""
    """The day as written; empty where it has no end."""
    lines: tuple[int, int] = (0, 0)
    """The first and the last line whose findings it suppresses."""

    @property
    def sound(self) -> bool:
        """False where it suppresses nothing for want of a rule, a reason or a day."""
        bad_day = self.until and parse_date(self.until) is None
        return bool(self.rules and _WORD.search(self.reason) and not bad_day)

    def faults(self, known: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with its form, with a hint."""
        if not self.rules:
            message = "the comment names no rule, so it suppresses nothing"
            yield message, "write 'ignore[rule-id] reason'"
        elif not _WORD.search(self.reason):
            message = "the comment gives no reason, so it suppresses nothing"
            yield message, "say behind the bracket why the finding may stay"
        elif not self.sound:
            message = f"the day '{self.until}' cannot be read, so the comment suppresses nothing"
            yield message, "write it as 'until=YYYY-MM-DD'"
        for rule in self.rules:
            if rule not in known:
                hint = nearest(rule, known, "`secguard rules` lists them")
                yield f"there is no rule '{rule}', so the comment suppresses nothing of it", hint

    def covers(self, finding: Finding) -> bool:
        """Say whether a finding lies where the comment counts."""
        span = finding.where.span
        return (
            span is not None
            and finding.where.uri == self.where.uri
            and finding.rule in self.rules
            and span.line <= self.lines[1]
            and span.end_line >= self.lines[0]
        )

    def ended(self, today: date) -> bool:
        """Say whether its last day is over."""
        day = parse_date(self.until)
        return day is not None and day < today


Useless = Tuple[Location, str, str, str]
"""A place with what to say, a hint, and the rule that finds nothing there, if it is that."""


@dataclass
class Applied:
    """What comments come to."""

    kept: list[Finding] = field(default_factory=list)
    suppressed: list[Suppression] = field(default_factory=list)
    useless: list[Useless] = field(default_factory=list)
    """What has ended, and what hides nothing."""


def comments(roots: Iterable[Node]) -> tuple[Comment, ...]:
    """Find the comments in the files of some trees, included scripts among them.

    A comment counts for its own line; one that stands alone, for the next line that is no
    comment. Where a step or a scalar begins on that line, it counts for all of it.
    """
    files: dict[str, TextFile] = {}
    bare: set[int] = set()
    parts: list[Node] = []
    seen: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(root, False) for root in roots]
    while waiting:
        node, listed = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        # NOTE: a look at the whole text for each node would be quadratic.
        if node.file.uri not in files and id(node.file) not in bare:
            if "secguard:" in node.file.text:
                files[node.file.uri] = node.file
            else:
                bare.add(id(node.file))
        if node.file.uri in files:
            if node.is_scalar or (listed and _is_step(node)):
                parts.append(node)
        waiting.extend((item, True) for item in node.items)
        for pair in node.pairs:
            waiting.extend((inner, False) for inner in pair)
    ends: dict[tuple[str, int], int] = {}
    for node in parts:
        key = (node.file.uri, node.span.line)
        ends[key] = max(ends.get(key, 0), node.file.position(max(node.end - 1, 0))[0])
    return tuple(one for _, file in sorted(files.items()) for one in _in_file(file, ends))


def _is_step(node: Node) -> bool:
    return node.is_map and (
        any(part.endswith("steps") for part in node.path[-2:-1])
        or (bool(node.pairs) and node.pairs[0][0].value in BUILT_IN)
    )


def _in_file(file: TextFile, ends: dict[tuple[str, int], int]) -> Iterator[Comment]:
    lines = file.lines
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line)
        if not found:
            continue
        target = number
        if not line[: found.start()].strip():
            target += 1
            while target <= len(lines) and lines[target - 1].lstrip().startswith("#"):
                target += 1
        span = Span(number, found.start() + 1, number, len(line.rstrip()) + 1)
        named = _RULES.match(found["rest"])
        rules = named["rules"].split(",") if named else ()
        rest = named["reason"] if named else ""
        until = _UNTIL.search(rest)
        yield Comment(
            Location(file.uri, span),
            tuple(filter(None, (one.strip() for one in rules))),
            " ".join(_UNTIL.sub(" ", rest).split()),
            until["day"] if until else "",
            (target, max(target, ends.get((file.uri, target), 0))),
        )


def apply(
    findings: Sequence[Finding],
    found: Sequence[Comment],
    today: date,
    ran: Collection[str],
    problems: Sequence[Problem] = (),
) -> Applied:
    """Take out the findings that comments suppress, and list the comments that do nothing.

    Only of rules that `ran`, and over files without a problem, is it known that nothing is there.
    """
    applied = Applied()
    valid = [one for one in found if one.sound]
    active = [one for one in valid if not one.ended(today)]
    used: set[tuple[Location, str]] = set()
    for finding in findings:
        by = next((one for one in active if one.covers(finding)), None)
        if by is None:
            applied.kept.append(finding)
        else:
            used.add((by.where, finding.rule))
            applied.suppressed.append(Suppression(finding, "comment", by.reason))
    unsure = {(one.where.uri, one.rule) for one in problems}
    for one in valid:
        if one.ended(today):
            message = f"the comment ended on {one.until}, so it suppresses nothing any more"
            applied.useless.append((one.where, message, "correct the finding, or decide anew", ""))
            continue
        for rule in one.rules:
            doubt = {(one.where.uri, rule), (one.where.uri, "")} & unsure
            if rule in ran and (one.where, rule) not in used and not doubt:
                message = f"the rule '{rule}' finds nothing here, so the comment hides what comes"
                applied.useless.append((one.where, message, "remove it", rule))
    return applied
