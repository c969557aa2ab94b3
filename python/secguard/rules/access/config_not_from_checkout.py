"""A pipeline that runs with another config than the checkout has."""

from __future__ import annotations

from typing import Iterator

from secguard.access.used import Used, first_difference
from secguard.finding import Finding, Location, Severity, Span
from secguard.rule import rule

_HINT = (
    "find out who started the pipeline and with which config; switch off configs that are in no "
    "repository"
)


@rule(
    "config-not-from-checkout",
    summary="pipeline that runs with another config than the checkout has",
    family="access",
    severity=Severity.MEDIUM,
    refs=("CWE-345", "CWE-494", "CICD-SEC-4"),
)
def config_not_from_checkout(used: Used) -> Iterator[Finding]:
    """Compare what the pipeline began with, with the files that were read."""
    if used.has(used.start):
        return
    main = used.main
    if main is None:
        yield config_not_from_checkout.finding(
            Location(used.start.uri),
            "the pipeline runs with a config that no file of the checkout holds, so nobody who "
            "reads the repository sees what runs",
            hint=_HINT,
        )
        return
    line = first_difference(used.start.lines, main.lines)
    yield config_not_from_checkout.finding(
        _line(used.start.uri, used.start.lines, line, ""),
        f"the pipeline runs with another config than {main.uri!r} of the checkout, so what was "
        "reviewed is not what runs",
        hint=_HINT,
        related=(_line(main.uri, main.lines, line, "the checkout has this instead"),),
    )


def _line(uri: str, lines: tuple[str, ...], number: int, note: str) -> Location:
    number = min(number, len(lines))
    return Location(uri, Span(number, 1, number, len(lines[number - 1]) + 1), note=note)
