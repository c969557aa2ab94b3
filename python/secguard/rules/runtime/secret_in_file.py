"""A secret of the job that stands in a file."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.runtime._places import place
from secguard.runtime.content import Hit
from secguard.runtime.scan import Scanned

_COMMON = 50
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
    groups: dict[str, list[Hit]] = {}
    for hit in scanned.hits:
        if hit.names:
            groups.setdefault(hit.names[0], []).append(hit)
    for name, hits in groups.items():
        if len({hit.uri for hit in hits}) > _COMMON:
            yield _common(name, hits)
        else:
            yield from map(_finding, hits)


def _finding(hit: Hit) -> Finding:
    who = " and ".join(f"'{name}'" for name in hit.names)
    holds = "hold" if hit.names[1:] else "holds"
    what = f"a secret that {who} {holds}" if hit.what else f"the value of {who}"
    where = "in the name of this file" if hit.in_name else "in this file"
    more = [f"as {hit.form}"] if hit.form else []
    more += [f"{hit.count} times"] if hit.count > 1 else []
    origin = f": {hit.what}" if hit.what else ""
    return secret_in_file.finding(
        place(hit),
        ", ".join((f"{what} is {where}", *more)) + origin,
        hint=_HINT,
        subject=hit.names[0],
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
