"""A secret of the job that stands in a file."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.runtime._leaks import MANY, by_variable, value_in
from secguard.rules.runtime._places import place
from secguard.runtime.content import Hit
from secguard.runtime.scan import Scanned

_HINT = "keep it out of what is stored, and replace it if this was stored before"
_COMMON_HINT = "choose a value that stands for nothing else, or say --not-secret"


@rule(
    "secret-in-file",
    summary="a secret of the job written to a file",
    severity=Severity.HIGH,
    refs=("CWE-312", "CWE-538", "CICD-SEC-6"),
    family="runtime",
)
def secret_in_file(scanned: Scanned) -> Iterator[Finding]:
    """Report files that hold, or are named after, the value of a variable in any of its forms."""
    for name, hits in by_variable(scanned.hits).items():
        if len({hit.uri for hit in hits}) > MANY:
            yield _common(name, hits)
        else:
            for hit in hits:
                yield secret_in_file.finding(
                    place(hit), value_in(hit, "file"), hint=_HINT, subject=name
                )


def _common(name: str, hits: list[Hit]) -> Finding:
    files = sorted({hit.uri for hit in hits})
    return secret_in_file.finding(
        Location(files[0]),
        f"the value of '{name}' is in {len(files)} files, too many for a secret",
        hint=_COMMON_HINT,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        related=tuple(Location(uri) for uri in files[1:4]),
        subject=name,
    )
