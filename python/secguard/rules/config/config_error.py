"""What CircleCI's compiler refuses."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import ConfigError
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule


@rule(
    "config-error",
    summary="a mistake for which CircleCI refuses the config",
    severity=Severity.MEDIUM,
    refs=("CWE-1068", "CICD-SEC-7"),
)
def config_error(config: Config) -> Iterator[Finding]:
    """Report what the compiler would refuse, so that nothing relies on a job that never starts."""
    keys = config.root.entries()
    whole = config.kind == "config" and "workflows" in keys and "jobs" in keys
    for message, same in _by_message(config).items():
        error, *others = same
        # NOTE: parts of a config that a script puts together know only some of the names.
        missing = message.startswith(("cannot find", "undeclared", "arguments referenced"))
        yield config_error.finding(
            error.where,
            f"{message}: CircleCI refuses the config, so none of its jobs runs",
            confidence=Confidence.LOW if missing and not whole else Confidence.HIGH,
            hint="correct it at this place",
            related=(*error.related, *(other.where for other in others)),
            subject=message,
        )


def _by_message(config: Config) -> dict[str, list[ConfigError]]:
    found: dict[str, list[ConfigError]] = {}
    for error in config.expansion.errors:
        if not error.incomplete:
            found.setdefault(error.message, []).append(error)
    return found
