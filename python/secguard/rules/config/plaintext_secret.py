"""Secrets written into the config."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Confidence, Finding, Location, Severity, Span
from secguard.rule import rule
from secguard.rules.config._literal_operands import literal_lines, literal_operands
from secguard.rules.config._written_values import name_of, written_values
from secguard.secrets.hosts import is_local_host
from secguard.secrets.literals import judge_literal
from secguard.secrets.names import is_secret_name
from secguard.secrets.placeholders import is_placeholder
from secguard.secrets.scan import find
from secguard.source.node import Node
from secguard.source.text import TextFile

_HINT = "revoke it, put a new one into a context or a project variable, and read that"
_CONFIDENCE = {"high": Confidence.HIGH, "medium": Confidence.MEDIUM, "low": Confidence.LOW}
_PAIR = re.compile(r"([A-Za-z_][\w-]*)=(.+)", re.DOTALL)
_REGISTRY = ("password", "aws_secret_access_key")


@rule(
    "plaintext-secret",
    summary="a secret written into the config",
    severity=Severity.HIGH,
    refs=("CWE-798", "CWE-312", "CICD-SEC-6"),
)
def plaintext_secret(config: Config) -> Iterator[Finding]:
    """Report credentials of known formats, and literal values of what is named like a secret."""
    values = tuple(written_values(config.root))
    told: dict[str, list[Span]] = {}
    for finding in (*_formats(values), *_named(config.root, values), *_in_scripts(config)):
        if config.policy.allowed.secret(finding.subject):
            continue
        spans = told.setdefault(finding.where.uri, [])
        span = finding.secrets[0]
        if not any(one.line <= span.line <= one.end_line and _meet(one, span) for one in spans):
            spans.append(span)
            yield finding


def _meet(one: Span, other: Span) -> bool:
    start, end = (one.line, one.column), (one.end_line, one.end_column)
    return start < (other.end_line, other.end_column) and (other.line, other.column) < end


def _formats(values: tuple[Node, ...]) -> Iterator[Finding]:
    """Look through the whole text of the files, comments and keys included."""
    files: dict[int, tuple[TextFile, list[Node]]] = {}
    for node in values:
        files.setdefault(id(node.file), (node.file, []))[1].append(node)
    for file, nodes in files.values():
        nodes.sort(key=lambda node: node.start)
        starts = [node.start for node in nodes]
        for match in find(file.text):
            if match.host and is_local_host(match.host):
                continue
            at = bisect_right(starts, match.secret_start) - 1
            inside = at >= 0 and match.secret_end <= nodes[at].end
            span = file.span(match.secret_start, match.secret_end)
            where = Location(file.uri, span, nodes[at].path if inside else ())
            yield _finding(
                where, f"this is a literal {match.format.title}", subject=match.format.id
            )


def _named(root: Node, values: tuple[Node, ...]) -> Iterator[Finding]:
    for node in values:
        name, start = name_of(node), 0
        if not name and len(node.path) > 1 and node.path[-2] == "environment":
            pair = _PAIR.fullmatch(node.text)
            name, start = (pair[1], pair.start(2)) if pair else ("", 0)
        text = node.text[start:]
        if not name or not text or node.type not in ("str", "int"):
            continue
        where = node.within(start, len(node.text))
        if len(node.path) > 1 and node.path[-2] in ("auth", "aws_auth") and name in _REGISTRY:
            if not is_placeholder(text):
                yield _finding(where, "this is the literal password of a registry", subject=name)
            continue
        yield from _judged(name, text, where, alone=_alone(node, root))


def _alone(node: Node, root: Node) -> bool:
    """Say whether a value belongs to a job or an executor of one container, without services."""
    owner = root.get(*node.path[:2]) if node.path[:1] in (("jobs",), ("executors",)) else None
    named = owner.get("executor") if owner is not None else None
    if named is not None:
        name = named.get("name") if named.is_map else named
        owner = root.get("executors", name.text) if name is not None else None
    images = owner.get("docker") if owner is not None else None
    return images is not None and len(images.members()) == 1


def _in_scripts(config: Config) -> Iterator[Finding]:
    for script, secrets in config.secrets:
        for made in secrets.shell.assignments():
            if made.value.literal:
                where = script.text.at(made.value.start, made.value.end)
                yield from _judged(made.name, made.value.literal, where)
        for command in secrets.shell.commands():
            for operand in (*literal_operands(command), *literal_lines(command)):
                where = script.text.at(operand.start, operand.end)
                if operand.remote and not is_placeholder(operand.value):
                    message = f"'{operand.what}' is given a literal password"
                    yield _finding(where, message, subject=operand.what)
                elif not operand.remote:
                    yield from _judged(operand.name, operand.value, where, what=operand.what)


def _judged(
    name: str, value: str, where: Location, *, what: str = "", alone: bool = False
) -> Iterator[Finding]:
    verdict = judge_literal(name, value) if is_secret_name(name) else None
    if verdict is None:
        return
    severity = Severity.HIGH if verdict.format else Severity.MEDIUM
    if verdict.kind == "local":
        # A password of a service that nobody can reach; without a service it opens something else.
        if verdict.format or verdict.confidence == "low" or not alone:
            return
        severity = Severity.LOW
    yield _finding(
        where,
        f"'{what or name}' is given a value that looks like a real secret",
        subject=name,
        severity=severity,
        confidence=_CONFIDENCE[verdict.confidence],
    )


def _finding(
    where: Location,
    what: str,
    *,
    subject: str,
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.HIGH,
) -> Finding:
    return plaintext_secret.finding(
        where,
        f"{what}, and everyone who can read the config has it",
        hint=_HINT,
        severity=severity,
        confidence=confidence,
        secrets=(where.span,) if where.span is not None else (),
        subject=subject,
    )
