"""What CircleCI's compiler refuses."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
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
    for error in config.expansion.errors:
        if error.incomplete:
            continue
        # NOTE: parts of a config that a script puts together know only some of the names.
        missing = error.message.startswith(("cannot find", "undeclared", "arguments referenced"))
        yield config_error.finding(
            error.where,
            f"{error.message}: CircleCI refuses the config, so none of its jobs runs",
            confidence=Confidence.LOW if missing and not whole else Confidence.HIGH,
            hint="correct it at this place",
            related=error.related,
        )
