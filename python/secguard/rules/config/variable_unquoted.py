"""A variable with somebody else's text that becomes an option or several arguments."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.events import Reach
from secguard.circleci.flow.taint import Taint
from secguard.circleci.flow.variables import Flow
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._injection import Group
from secguard.shell import Command, Substitution, Variable

_PRINTERS = frozenset(("echo", "printf"))
_DEFAULTS = (":-", "-", ":?", "?", ":=", "=")
_BUILT_IN = frozenset(
    ("", ":", "[", "[[", "case", "exit", "export", "let", "local", "return", "test")
)


@rule(
    "variable-unquoted",
    summary="somebody else's text as an unquoted argument",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-88", "CICD-SEC-4"),
)
def variable_unquoted(config: Config) -> Iterator[Finding]:
    """Report unquoted variables that somebody else can fill, where they are whole arguments."""
    group = Group(
        variable_unquoted,
        config,
        "write it in double quotes, and `--` before it where the command takes options",
    )
    for flow in config.flows:
        filtered = all(config.exposure(job).reach > Reach.CONDITION for job in flow.jobs)
        for command in flow.shell.commands():
            if command.name in _BUILT_IN or command.nested not in (None, "substitution"):
                continue
            prints = command.name in _PRINTERS
            for part, taint in _arguments(flow, command):
                if filtered and taint.one_word:
                    continue  # a filter lets through neither an empty name nor a strange one
                name = f"${part.name}" if isinstance(part, Variable) else ""
                group.add(
                    (taint.name, taint.one_word, prints),
                    flow.place(part.start, part.end, "it is an argument here"),
                    _message(taint, name),
                    flow.jobs,
                    taint,
                    Severity.INFO if prints else Severity.LOW,
                )
    yield from group.findings()


def _message(taint: Taint, variable: str) -> str:
    what = taint.described(variable)
    if taint.one_word:
        return (
            f"{what} is an argument without quotes, so it vanishes where it is empty, and is an "
            "option where it begins with '-'"
        )
    return f"{what} is an argument without quotes, so {taint.actor} can add arguments and options"


def _arguments(flow: Flow, command: Command) -> Iterator[tuple[Variable | Substitution, Taint]]:
    before = ""
    for word in command.args:
        value = before.startswith("-") and before != "--"
        for part, taint in flow.parts(word):
            if not isinstance(part, (Variable, Substitution)) or part.quoted:
                continue
            alone = taint.alone and len(word.parts) == 1 and not value
            if not taint.one_word or (alone and getattr(part, "operator", "") not in _DEFAULTS):
                yield part, taint
        before = word.text
