"""A gate that asks who started the pipeline, or what the commit message says."""

from __future__ import annotations

import re
from typing import Iterator, Sequence

from secguard.circleci.config import Config
from secguard.circleci.flow.taint import Taint
from secguard.circleci.flow.variables import Flow
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._conditions import Term, terms
from secguard.shell import Word
from secguard.source.node import Node

_PEOPLE = ("CIRCLE_USERNAME", "CIRCLE_PR_USERNAME")
_AUTHOR = re.compile(r"pipeline\.git\.commit\.author_(?:login|name|email)")
_MESSAGE = re.compile(r"pipeline\.(?:git\.commit\.(?:subject|body)|\S*\.commit_(?:title|message))")
_DEPLOYS = re.compile(r"deploy|releas|publish|promot|\bprod|\bship\b", re.IGNORECASE)
_SKIPS = re.compile(r"skip|ignore|\bno[-_ ]", re.IGNORECASE)
_COMPARES = frozenset(("=", "==", "!=", "=~"))
_HINT = (
    "restrict the context (security groups, branch or expression restrictions), or let an "
    "approval job decide"
)


@rule(
    "spoofable-gate",
    summary="a gate that asks for a name or a commit message",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-290", "CICD-SEC-1", "CICD-SEC-2"),
)
def spoofable_gate(config: Config) -> Iterator[Finding]:
    """Report names of people and commit messages that decide whether something is deployed."""
    for flow in config.flows:
        exposures = [one for one in map(config.exposure, flow.jobs) if one.loses]
        if not exposures:
            continue
        exposure = max(exposures, key=lambda one: one.open)
        grade = Severity.MEDIUM if exposure.open else Severity.LOW
        for asked, others in _comparisons(flow):
            who = next((one.name for one in asked.variables() if one.name in _PEOPLE), "")
            where = flow.place(asked.start, asked.end)
            if who and any(one.literal and _person(one.literal) for one in others):
                yield _named(f"${who}", where, exposure.at_stake)
            elif any(_deploys(one.text) for one in others):
                taint = flow.word(asked)
                if taint is not None and _is_message(taint):
                    yield _said(where, grade, taint.way, exposure.at_stake)
        for command in flow.shell.commands():
            if command.name in ("grep", "egrep") and any(_deploys(w.text) for w in command.args):
                taint = flow.input(command)
                if taint is not None and _is_message(taint):
                    where = flow.place(command.start, command.end)
                    yield _said(where, grade, taint.way, exposure.at_stake)
    for term in terms(config.root):
        yield from _logic(term)


def _comparisons(flow: Flow) -> Iterator[tuple[Word, Sequence[Word]]]:
    for command in flow.shell.commands():
        words = command.words
        if command.name in ("[", "[[", "test"):
            for at, word in enumerate(words[:-1]):
                if word.text in _COMPARES and at:
                    yield words[at - 1], (words[at + 1],)
                    yield words[at + 1], (words[at - 1],)
    for block in flow.shell.block.blocks():
        if block.kind == "case" and block.head:
            yield block.head[0], block.head[1:]


def _person(name: str) -> bool:
    return "bot" not in name.lower() and name.strip("-") != ""


def _deploys(pattern: str) -> bool:
    return bool(_DEPLOYS.search(pattern)) and not _SKIPS.search(pattern)


def _is_message(taint: Taint) -> bool:
    return taint.name == "the commit message" or bool(_MESSAGE.fullmatch(taint.name))


def _named(name: str, where: Location, at_stake: str = "") -> Finding:
    return spoofable_gate.finding(
        where,
        f"'{name}' decides here, but a list of names in the config is no access control: a branch "
        "can leave it out",
        hint=_HINT,
        exposure=at_stake,
    )


def _said(
    where: Location, grade: Severity, way: tuple[Location, ...] = (), at_stake: str = ""
) -> Finding:
    return spoofable_gate.finding(
        where,
        "the commit message decides here what is deployed, and whoever writes a commit or names a "
        "pull request writes it",
        hint=_HINT,
        severity=grade,
        related=way,
        exposure=at_stake,
    )


def _logic(term: Term) -> Iterator[Finding]:
    parts = _scalars(term.node)
    text = " ".join(part.text for part in parts)
    author, message = _AUTHOR.search(text), _MESSAGE.search(text)
    if author and term.op == "equal":
        literal = [part.text for part in parts if "<<" not in part.text]
        if any(_person(one) for one in literal):
            yield spoofable_gate.finding(
                term.node.location(),
                f"'{author[0]}' decides here, and the author of a commit is whoever the commit "
                "says it is",
                hint=_HINT,
            )
    elif message and _deploys(_MESSAGE.sub("", text)):
        yield _said(term.node.location(), Severity.LOW)


def _scalars(node: Node) -> list[Node]:
    if node.is_scalar:
        return [node]
    inner = node.items if node.is_list else [value for _, value in node.values()]
    return [one for one in inner if one.is_scalar]
