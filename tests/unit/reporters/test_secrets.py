"""No format shows a secret, wherever in the report it is."""

from __future__ import annotations

import base64
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import quote

import pytest

from secguard.finding import (
    Confidence,
    Finding,
    Location,
    Problem,
    Report,
    Severity,
    Source,
    Span,
    Suppression,
)
from secguard.reporters.view import View
from tests.unit.reporters.formats import FORMATS
from tests.unit.reporters.reports import CANARIES, RICH

_LINES = (
    "first: 1",
    'password: "s3cr3t<canary>&"  # s3cr3t<canary>&',
    "between: 2",
    "key: |",
    "  Q0FOQVJZMQ==",
    "  Q0FOQVJZMg==",
    "after: 3",
)
_VALUE = Span(2, 11, 2, 28)
_BLOCK = Span(4, 6, 7, 1)
_SECRETS = ("s3cr3t<canary>&", "Q0FOQVJZMQ==", "Q0FOQVJZMg==")


def _finding(where: Location, *secrets: Span) -> Finding:
    return Finding("rule", Severity.HIGH, Confidence.HIGH, "a message", where, secrets=secrets)


def _shown_places(*findings: Finding) -> Report:
    """Report each line of the file, and each pair of lines, next to the findings given."""
    places = [
        Location("a.yml", Span(line, 1, line + more, 9)) for line in range(1, 8) for more in (0, 1)
    ]
    return Report(
        (*(replace(_finding(where), related=tuple(places)) for where in places), *findings),
        tuple(Problem(where, "a problem") for where in places),
        (),
        (Source("a.yml", _LINES), Source("b.yml", _LINES[::-1])),
        (),
        "1",
    )


def _assert_silent(report: Report, format: str, secrets: tuple[str, ...]) -> None:
    shown = FORMATS[format](report)
    for secret in secrets:
        coded = base64.b64encode(secret.encode()).decode()
        for spelling in (secret, secret[:-3], escape(secret), quote(secret), coded):
            assert spelling not in shown
    assert "****" in shown or format in ("json", "sarif")


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_no_canary_of_the_rich_report_is_shown(format: str) -> None:
    _assert_silent(RICH, format, (*CANARIES, "and-one-more-canary-line"))


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_excerpts_that_cover_a_secret_of_another_finding_are_masked(format: str) -> None:
    found = _finding(Location("a.yml", Span(1, 1, 1, 6)), _VALUE, _BLOCK)
    _assert_silent(_shown_places(found), format, _SECRETS)


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_secrets_of_suppressed_findings_are_masked(format: str) -> None:
    found = _finding(Location("a.yml"), _VALUE, _BLOCK)
    report = replace(_shown_places(), suppressed=(Suppression(found, "comment", "known"),))
    _assert_silent(report, format, _SECRETS)


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_a_secret_in_another_file_is_masked(format: str) -> None:
    found = _finding(Location("a.yml"), _VALUE, _BLOCK)
    elsewhere = [Location("b.yml", Span(line, 1, line, 40)) for line in range(1, 8)]
    report = _shown_places(replace(found, related=tuple(elsewhere)), *map(_finding, elsewhere))
    _assert_silent(report, format, _SECRETS)


@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize("field", ["message", "hint", "subject", "exposure", "rule"])
def test_a_secret_that_a_rule_gives_away_is_masked(format: str, field: str) -> None:
    found = _finding(Location("a.yml", _VALUE), _VALUE)
    leak: dict[str, Any] = {field: f"it is {_SECRETS[0]}, see"}
    leaky = replace(found, **leak)
    _assert_silent(_shown_places(leaky), format, _SECRETS[:1])


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_a_secret_in_a_place_is_masked(format: str) -> None:
    found = _finding(Location("a.yml", _VALUE, (_SECRETS[0],), _SECRETS[0]), _VALUE)
    other = _finding(Location(f"env:{_SECRETS[0]}"))
    report = replace(
        _shown_places(found, other), opaque=(_SECRETS[0],), notes=(f"note {_SECRETS[0]}",)
    )
    _assert_silent(report, format, _SECRETS[:1])


def test_a_view_does_not_show_secrets_in_its_repr() -> None:
    shown = repr(View.of(RICH))
    assert not [canary for canary in CANARIES if canary in shown]
