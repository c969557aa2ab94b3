"""Secrets with names that do not say what they open."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.secret_flow.uses import places
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.secrets.names import is_weak_name


@rule(
    "secret-name-weak",
    summary="a secret whose name does not say what it opens",
    severity=Severity.LOW,
    refs=("CWE-1099", "CICD-SEC-6"),
)
def secret_name_weak(config: Config) -> Iterator[Finding]:
    """Report secrets with general names that scripts read and the config does not set."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for script, secrets in config.secrets:
        for word in secrets.shell.words():
            for use in secrets.uses(word):
                if not use.minted and is_weak_name(use.name):
                    yield secret_name_weak.finding(
                        script.text.at(use.start, use.end, "read here"),
                        f"the secret '{use.name}' has a name that does not say what it opens, so "
                        "it is easily given to the wrong job and hardly ever rotated",
                        hint="name it for what it opens and for whom, e.g. 'NPM_PUBLISH_TOKEN'",
                        related=places(script, use.start, use.end),
                        subject=use.name,
                    )
