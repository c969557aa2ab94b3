"""A template that pastes somebody else's text into a command."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.flow.taint import pastes
from secguard.circleci.script import Script
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._injection import Group
from secguard.shell import Command, Word
from secguard.shell import Script as Shell
from secguard.shell.nested import reads_commands

_COMMENT = re.compile(r"(?:^|[\s;&|(])#")
_NEAR = 1_000
"""Characters before a template in which the sign of a comment is looked for."""
_INTERPRETERS = frozenset(("node", "perl", "php", "python", "python2", "python3", "ruby"))
_HINT = (
    "give it to the step by 'environment' and write \"$NAME\" in the command; an enum for a "
    "parameter with few values"
)


@rule(
    "template-injection",
    summary="somebody else's text pasted into a command",
    severity=Severity.HIGH,
    refs=("CWE-78", "CWE-94", "CICD-SEC-4"),
)
def template_injection(config: Config) -> Iterator[Finding]:
    """Report templates in commands whose value somebody else can choose as free text."""
    group = Group(template_injection, config, _HINT)
    for script in config.scripts:
        found = tuple(pastes(script.text, config.root))
        harmless = _Harmless(script) if found else None
        for paste in found:
            taint = paste.taint
            message = (
                f"'<< {taint.name} >>' is pasted into the command before the shell reads it, so "
                f"{taint.actor} can run code here"
            )
            # NOTE: any other text can hold a line break, which ends a comment and a document.
            place = harmless.place(paste.start) if harmless and taint.one_word else ""
            most = Severity.LOW if place == "document" else Severity.HIGH
            if place == "document":
                message = (
                    f"'<< {taint.name} >>' is pasted into a here-document, so {taint.actor} "
                    "writes into what is made of it"
                )
            if place != "comment":
                cause = (id(paste.node), taint.name, place)
                group.add(cause, paste.where, message, (script.job,), taint, most)
    yield from group.findings()


class _Harmless:
    """Where a script's text is no code as long as it stays in its line."""

    def __init__(self, script: Script) -> None:
        shell = script.shell
        self._text = script.text.text
        self._read: set[int] | None = None
        self._starts: list[int] = []
        self._ends: list[int] = []
        if shell is None or shell.incomplete:
            return
        self._read = {hole for word in shell.words() for hole in word.holes}
        for body in sorted(_documents(shell), key=lambda one: one.start):
            self._starts.append(body.start)
            self._ends.append(body.end)

    def place(self, at: int) -> str:
        last = bisect_right(self._starts, at) - 1
        if last >= 0 and at < self._ends[last]:
            return "document"
        first = max(self._text.rfind("\n", 0, at) + 1, at - _NEAR)
        line = self._text[first:at]
        if self._read is not None and at not in self._read and _COMMENT.search(line):
            return "comment"
        return ""


def _documents(shell: Shell) -> Iterator[Word]:
    for command in shell.commands():
        for redirect in command.redirects:
            if redirect.body is not None and redirect.quoted and not _runs(command):
                yield redirect.body


def _runs(command: Command) -> bool:
    readers = (command, *command.piped_into)
    return any(one.name in _INTERPRETERS or reads_commands(one) for one in readers)
