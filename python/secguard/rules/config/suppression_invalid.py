"""Comments and exceptions that suppress nothing."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules import names
from secguard.suppress import comments


@rule(
    "suppression-invalid",
    summary="`secguard: ignore` that suppresses nothing",
    severity=Severity.LOW,
    refs=("CWE-1164", "CICD-SEC-10"),
)
def suppression_invalid(config: Config) -> Iterator[Finding]:
    """Report comments with a fault; whether a rule finds something there shows after the run."""
    known = names()
    for comment in comments((config.root,)):
        for message, hint in comment.faults(known):
            yield suppression_invalid.finding(comment.where, message, hint=hint)
