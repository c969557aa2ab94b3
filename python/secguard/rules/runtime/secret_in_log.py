"""A secret of the job that CircleCI shows to whoever reads its logs."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.logs.found import Searched
from secguard.rule import rule
from secguard.rules.runtime._leaks import MANY, by_variable, value_in
from secguard.rules.runtime._places import place

_HINT = "replace it: whoever sees the project can read it; then find what prints it"


@rule(
    "secret-in-log",
    summary="a secret in what a job has written",
    severity=Severity.HIGH,
    refs=("CWE-532", "CICD-SEC-6"),
    family="runtime",
)
def secret_in_log(searched: Searched) -> Iterator[Finding]:
    """Report output, commands and test results that show the value of a variable in any form."""
    for name, hits in by_variable(searched.hits).items():
        places = sorted({hit.uri for hit in hits})
        if len(places) > MANY:
            yield secret_in_log.finding(
                Location(places[0]),
                f"the value of '{name}' is in {len(places)} logs",
                hint=_HINT,
                related=tuple(Location(uri) for uri in places[1:4]),
                subject=name,
            )
            continue
        for hit in hits:
            yield secret_in_log.finding(place(hit), value_in(hit, "log"), hint=_HINT, subject=name)
