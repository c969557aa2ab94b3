"""Downloaded programs that run without a look at their checksum."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.spelling import way
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._fetched import fetched
from secguard.rules.config._gathered import gathered
from secguard.rules.config._urls import CODECOV, Pin, Url


@rule(
    "download-unverified",
    summary="a downloaded program that is run without checking it",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-494", "CICD-SEC-3", "CICD-SEC-9"),
)
def download_unverified(config: Config) -> Iterator[Finding]:
    """Report downloaded files that are run or installed before anything checks them."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for one in fetched(config):
        url = one.url
        if one.run is None or one.checked or not url.public or url.plain or url.pin is Pin.FIXED:
            continue
        if config.policy.allowed.host(url.host):
            continue
        severity, why = _grade(url)
        yield download_unverified.finding(
            one.script.text.at(one.word.start, one.word.end),
            f"what comes from {url.quoted} is run without checking it, {why}",
            hint="name a version and compare the file with a known checksum: `sha256sum -c`",
            severity=severity,
            related=(*way(one.script, one.word.start, one.word.end), one.run),
            subject=url.shown,
        )


def _grade(url: Url) -> tuple[Severity, str]:
    if url.codecov:
        return Severity.HIGH, CODECOV
    if url.pin is Pin.MOVING:
        return Severity.MEDIUM, "and the address does not even name a version"
    return Severity.LOW, "so a file that is replaced there goes unnoticed"
