"""Somebody else's text in `$BASH_ENV`, which every later step runs."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.flow.bash_env import written
from secguard.circleci.flow.sources import quotes
from secguard.circleci.flow.taint import Taint
from secguard.circleci.flow.variables import Flow
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._injection import Group
from secguard.shell import Command, Variable

_HINT = 'quote it for the shell: printf \'export NAME=%q\\n\' "$VALUE" >> "$BASH_ENV"'


@rule(
    "bash-env-injection",
    summary="somebody else's text written into `$BASH_ENV`",
    severity=Severity.HIGH,
    refs=("CWE-78", "CWE-94", "CICD-SEC-4"),
)
def bash_env_injection(config: Config) -> Iterator[Finding]:
    """Report text that is written into `$BASH_ENV` without being quoted for the shell."""
    group = Group(bash_env_injection, config, _HINT)
    for flow in config.flows:
        for command in flow.shell.commands():
            if not written(command) or quotes(command):
                continue
            for start, end, name, taint in _texts(flow, command):
                group.add(
                    (id(flow.script.text.node), taint.name),
                    flow.place(start, end, "it is written here as it is"),
                    f"{taint.described(name)} is written into '$BASH_ENV' as it is, and every "
                    f"later step runs that file, so {taint.actor} can run code there",
                    flow.jobs,
                    taint,
                )
    yield from group.findings()


def _texts(flow: Flow, command: Command) -> Iterator[tuple[int, int, str, Taint]]:
    bodies = [one.body for one in command.redirects if one.body is not None and not one.quoted]
    found = False
    for word in (*command.args, *bodies) if command.name in ("echo", "printf", "cat") else ():
        for part, taint in flow.parts(word):
            name = f"${part.name}" if isinstance(part, Variable) else ""
            found = True
            yield part.start, part.end, name, taint
    printed = None if found else flow.output(command)
    if printed is not None:
        yield command.start, command.end, "", printed
