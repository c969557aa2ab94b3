"""Passwords and tokens in URLs."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.secret_flow.uses import Use, places
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.rules.config._secret_places import in_url
from secguard.shell import Command

_PRINTERS = ("echo", "printf")
# What writes a URL into `.git/config` or `~/.gitconfig`, where it stays.
_KEEPERS = frozenset(("clone", "config", "set-url", "submodule"))
_POWERSHELL = re.compile(r"://[^\s\"']*[?&][\w-]+=\$\{?env:(?P<name>\w+)")


@rule(
    "secret-in-url",
    summary="a secret in a URL",
    severity=Severity.MEDIUM,
    refs=("CWE-598", "CWE-522", "CICD-SEC-6"),
)
def secret_in_url(config: Config) -> Iterator[Finding]:
    """Report secrets in the user part or in the query of a URL."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for script, secrets in config.secrets:
        for command in secrets.shell.commands():
            if command.name in _PRINTERS:
                continue
            kept = _kept_by_git(command)
            values = [made.value for made in command.assignments]
            for word in (*values, *command.words):
                for use in secrets.uses(word):
                    part = in_url(word, use)
                    if part:
                        yield _finding(script, use, part, kept)
    for script in config.scripts:
        if script.interpreter.kind == "powershell":
            for found in _POWERSHELL.finditer(script.text.text):
                if config.is_secret(found["name"]):
                    use = Use(found["name"], *found.span("name"))
                    yield _finding(script, use, "query", False)


def _kept_by_git(command: Command) -> bool:
    said = {word.text for word in command.args}
    return command.name == "git" and bool(said & _KEEPERS or {"remote", "add"} <= said)


def _finding(script: Script, use: Use, part: str, kept: bool) -> Finding:
    severity, why = Severity.LOW, "which error messages and logs show"
    hint = "send it in a header that the program reads from a file or from standard input"
    if part == "userinfo":
        hint = "let git ask for it: a credential helper, 'GIT_ASKPASS', or an SSH key"
        if kept:
            severity, why = Severity.MEDIUM, "which git keeps in its configuration"
    return secret_in_url.finding(
        script.text.at(use.start, use.end, f"in the {part} of the URL"),
        f"'{use.name}' stands in a URL, {why}",
        hint=hint,
        severity=severity,
        related=places(script, use.start, use.end),
        subject=use.name,
    )
