"""A token of a known format that stands in a file."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.runtime._leaks import token_in
from secguard.rules.runtime._places import place
from secguard.runtime.scan import Scanned


@rule(
    "token-in-file",
    summary="a credential of a known format in a file",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("CWE-312", "CWE-538", "CICD-SEC-6"),
    family="runtime",
)
def token_in_file(scanned: Scanned) -> Iterator[Finding]:
    """Report tokens, keys and passwords that no variable holds but that look like real ones."""
    for hit in scanned.hits:
        if hit.names:
            continue
        yield token_in_file.finding(
            place(hit),
            token_in(hit, "file"),
            hint="keep it out of what is stored, and revoke it if it was ever real",
            severity=Severity.HIGH if hit.is_sure else Severity.MEDIUM,
            subject=hit.form,
        )
