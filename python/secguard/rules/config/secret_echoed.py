"""`echo` and the like that write a secret to the log."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.secret_flow.uses import Use, places
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.shell import Command

_POWERSHELL = re.compile(
    r"(?im)^[ \t]*(?:Write-(?:Host|Output|Information|Warning|Error)|echo)\b[^|>\n$]*"
    r"(?:\$(?!env:)[^|>\n$]*)*\$\{?env:(?P<name>\w+)[^|>\n]*$"
)
_HINT = "drop the line; to see whether a variable is set, print '${NAME:+set}'"


@rule(
    "secret-echoed",
    summary="a secret written to the log",
    severity=Severity.MEDIUM,
    refs=("CWE-532", "CICD-SEC-6"),
)
def secret_echoed(config: Config) -> Iterator[Finding]:
    """Report secrets that a script writes to its log, graded by whether masking can hide them."""
    for script, secrets in config.secrets:
        for command, use in secrets.printed:
            if use.oidc:
                continue
            severity, message = _grade(command, use)
            yield secret_echoed.finding(
                script.text.at(use.start, use.end, "written to the log"),
                message,
                hint=_HINT,
                severity=severity,
                related=places(script, use.start, use.end),
                subject=use.name,
            )
    for script in config.scripts:
        if script.interpreter.kind == "powershell":
            yield from _powershell(config, script)


def _grade(command: Command, use: Use) -> tuple[Severity, str]:
    if use.few:
        return Severity.LOW, f"a part of '{use.name}' is written to the log, unmasked"
    if use.changed:
        message = f"'{use.name}' is written to the log, {use.changed}, so it is not masked"
        return Severity.HIGH, message
    if use.minted:
        why = "and CircleCI does not mask what a job gets while it runs"
        return Severity.HIGH, f"the secret of '{use.name}' is written to the log, {why}"
    why = "where nothing but masking hides it"
    return Severity.MEDIUM, f"'{command.name}' writes '{use.name}' to the log, {why}"


def _powershell(config: Config, script: Script) -> Iterator[Finding]:
    for found in _POWERSHELL.finditer(script.text.text):
        name = found["name"]
        if config.is_secret(name):
            start, end = found.span("name")
            yield secret_echoed.finding(
                script.text.at(start, end, "written to the log"),
                f"'{name}' is written to the log, where nothing but masking hides it",
                hint="drop the line",
                confidence=Confidence.MEDIUM,
                related=places(script, start, end),
                subject=name,
            )
