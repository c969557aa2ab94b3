"""Debug output of programs that shows the secrets they work with."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.secret_flow.uses import Secrets, Use, places
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.shell import Command

_CURL_VALUES = "ACDEFHKPQTUXYbcdehmortuwxyz"
# Programs that show their arguments or requests with these flags.
_FLAGS = {
    "ansible-playbook": r"-v{3,}",
    "gradle": r"-d|--debug",
    "gradlew": r"-d|--debug",
    "helm": r"--debug",
    "http": r"-v|--verbose",
    "mvn": r"-X|--debug",
    "mvnw": r"-X|--debug",
    "npm": r"--verbose|-d{2,3}|--loglevel=(?:silly|verbose)",
    "pnpm": r"--loglevel=(?:silly|verbose|debug)",
    "sonar-scanner": r"-X",
    "wget": r"-d|--debug",
}
_ALWAYS = {"aws": ("--debug", Severity.MEDIUM), "gcloud": ("--log-http", Severity.LOW)}
# NOTE: git hides credentials in these traces since 2.29 unless it is told not to.
_VARIABLES = {
    "TF_LOG": (re.compile(r"(?i)debug|trace|json"), Severity.MEDIUM),
    "GIT_CURL_VERBOSE": (re.compile(r"(?i)1|2|true|yes"), Severity.LOW),
    "GIT_TRACE_CURL": (re.compile(r"(?i)1|2|true|yes"), Severity.LOW),
    "GIT_TRACE_REDACT": (re.compile(r"(?i)0|false|no"), Severity.MEDIUM),
}


@rule(
    "debug-prints-secrets",
    summary="debug output that shows secrets",
    severity=Severity.MEDIUM,
    refs=("CWE-532", "CWE-215", "CICD-SEC-6"),
)
def debug_prints_secrets(config: Config) -> Iterator[Finding]:
    """Report flags and variables that make programs write out what they send."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for script, secrets in config.secrets:
        loses = config.exposure(script.job).loses
        for command in secrets.shell.commands():
            yield from _command(script, command, secrets, loses)
        set_here = {made.name for made in secrets.shell.assignments()}
        for made in secrets.shell.assignments():
            value = made.value.literal
            if value and loses and "TF_LOG_PATH" not in set_here:
                where = script.text.at(made.start, made.end)
                yield from _variable(made.name, value, where, places(script, made.start, made.end))
    for job in config.jobs:
        if config.exposure(job).loses:
            steps = [entry for step in job.steps for entry in step.environment]
            entries = [*job.all_environment(), *steps]
            to_file = any(entry.name == "TF_LOG_PATH" for entry in entries)
            for entry in entries:
                if not to_file:
                    yield from _variable(
                        entry.name, entry.value.text, entry.value.at(0, len(entry.value.text)), ()
                    )


def _command(script: Script, command: Command, secrets: Secrets, loses: bool) -> Iterator[Finding]:
    if _silenced(command):
        return
    flag, severity = "", Severity.MEDIUM
    if command.name in _ALWAYS and loses:
        flag, severity = _ALWAYS[command.name]
        flag = flag if any(word.text == flag for word in command.args) else ""
        told = "the requests that it makes and what comes back"
    else:
        flag = _flag(command)
        uses = _uses(command, secrets) if flag else ()
        told = f"'{uses[0].name}'" if uses else ""
        if not any(_encoded(command, use) for use in uses) and command.name != "helm":
            severity = Severity.LOW
    at = next((word for word in command.args if flag and word.text.startswith(flag)), None)
    if at is not None and told:
        yield debug_prints_secrets.finding(
            script.text.at(at.start, at.end),
            f"'{command.name} {flag}' writes {told} to the log",
            hint=f"leave {flag!r} out, or send the output to a file that is not kept",
            severity=severity,
            related=places(script, command.start, command.end),
            subject=command.name,
        )


def _variable(
    name: str, value: str, where: Location, related: tuple[Location, ...]
) -> Iterator[Finding]:
    known = _VARIABLES.get(name)
    if known is not None and known[0].fullmatch(value):
        yield debug_prints_secrets.finding(
            where,
            f"'{name}' makes the program write its requests, with credentials in them, to the log",
            hint=f"leave '{name}' out",
            severity=known[1],
            related=related,
            subject=name,
        )


def _flag(command: Command) -> str:
    wanted = _FLAGS.get(command.name, r"(?!)")
    texts = [word.text for word in command.args]
    for text, following in zip(texts, [*texts[1:], ""]):
        if command.name == "curl" and _verbose(text):
            return text
        if re.fullmatch(wanted, text) or re.fullmatch(wanted, f"{text}={following}"):
            return text
    return ""


def _verbose(text: str) -> bool:
    if text.startswith("--"):
        return text == "--verbose" or text.startswith("--trace")
    letters = re.match(rf"-([^{_CURL_VALUES}]*)", text)
    return letters is not None and "v" in letters[1]


def _uses(command: Command, secrets: Secrets) -> tuple[Use, ...]:
    return tuple(use for word in command.args for use in secrets.uses(word))


def _encoded(command: Command, use: Use) -> bool:
    """Say whether curl sends a secret as part of a base64 text, which is not masked."""
    before = command.source[command.start : use.start]
    return re.search(r"(?:-u ?|--user[ =])\S*\Z", before) is not None


def _silenced(command: Command) -> bool:
    return any(
        redirect.fd == "2" and not redirect.target.text.isdigit() for redirect in command.redirects
    )
