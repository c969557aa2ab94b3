"""A token of a known format that stands in a log."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Confidence, Finding, Severity
from secguard.logs.found import Searched
from secguard.rule import rule
from secguard.rules.runtime._leaks import token_in
from secguard.rules.runtime._places import place


@rule(
    "token-in-log",
    summary="a credential of a known format in what a job has written",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("CWE-532", "CICD-SEC-6"),
    family="runtime",
)
def token_in_log(searched: Searched) -> Iterator[Finding]:
    """Report tokens, keys and passwords that no variable holds but that look like real ones."""
    for hit in searched.hits:
        if not hit.names:
            yield token_in_log.finding(
                place(hit),
                token_in(hit, "log"),
                hint="revoke it if it was ever real, and find what prints it",
                severity=Severity.HIGH if hit.is_sure else Severity.MEDIUM,
                subject=hit.form,
            )
