"""A trace that is on for every script of the job."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot

_SET = re.compile(r"(?m)^[ \t]*set[ \t]+(?:-[a-wyz]*x|-o[ \t]+xtrace)")


@rule(
    "tracing-on",
    summary="a trace that is on while the job holds secrets",
    severity=Severity.MEDIUM,
    refs=("CWE-532", "CICD-SEC-6"),
    family="runtime",
)
def tracing_on(snapshot: Snapshot) -> Iterator[Finding]:
    """Report traces that every shell of the job starts with."""
    if not snapshot.secrets:
        return
    hint = "switch it off; a trace shows values in forms that are not masked"
    if "xtrace" in snapshot.get("SHELLOPTS").split(":"):
        message = "'SHELLOPTS' makes every bash trace its commands, secrets included"
        yield tracing_on.finding(Location("env:SHELLOPTS"), message, hint=hint)
    if _SET.search(snapshot.exports):
        message = "the file of 'BASH_ENV' makes every step trace its commands, secrets included"
        yield tracing_on.finding(Location("env:BASH_ENV"), message, hint=hint)
    if snapshot.get("BASH_XTRACEFD"):
        message = "'BASH_XTRACEFD' is set, so something here traces commands to a file"
        yield tracing_on.finding(
            Location("env:BASH_XTRACEFD"), message, hint=hint, severity=Severity.LOW
        )
