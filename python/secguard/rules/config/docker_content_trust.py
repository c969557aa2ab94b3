"""Docker Content Trust, where somebody relies on it."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.spelling import way
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.rules.config._variables import variables
from secguard.shell.docker import ENGINES, subcommand

_VARIABLE = "DOCKER_CONTENT_TRUST"
_OFF = ("", "0", "false")
_OPTION = "--disable-content-trust=false"
_WHY = "relies on Docker Content Trust, which is shut down: its keys expire and nobody renews them"
_HINT = (
    "sign with cosign and ask for it with 'signed_by' in the policy; until then pin the digest, "
    "which 'secguard images pin' adds"
)


@rule(
    "docker-content-trust",
    summary="a signature check that no longer protects",
    severity=Severity.MEDIUM,
    refs=("CWE-347", "CWE-1104", "CICD-SEC-9"),
)
def docker_content_trust(config: Config) -> Iterator[Finding]:
    """Report settings and commands of a signature check that its maker has given up."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for one in variables(config, {_VARIABLE}):
        if one.value.lower() not in _OFF:
            yield docker_content_trust.finding(
                one.where, f"'{_VARIABLE}' {_WHY}", hint=_HINT, related=one.related
            )
    for shell, scripts in config.texts:
        for command in (one for one in shell.commands() if one.name in ENGINES):
            verb, words = subcommand(command)
            option = next((word for word in words if word.text == _OPTION), None)
            if verb != "trust" and option is None:
                continue
            start, end = (
                (option.start, option.end) if option is not None else (command.start, command.end)
            )
            name = f"'{_OPTION}'" if option is not None else f"'{command.name} trust'"
            for script in scripts:
                yield docker_content_trust.finding(
                    script.text.at(start, end),
                    f"{name} {_WHY}",
                    hint=_HINT,
                    related=way(script, start, end),
                )
