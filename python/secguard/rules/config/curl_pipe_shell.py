"""Scripts that run what they download, as it arrives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values, way
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._code import Run, runs
from secguard.rules.config._downloads import VERIFIERS, download
from secguard.rules.config._gathered import gathered
from secguard.rules.config._urls import CODECOV, Pin, Url
from secguard.shell import Script as Shell

_LINE = re.compile(r"((?:`\r?\n|[^#\n])*)(?:#[^\n]*)?\n?")
_EXPRESSION = re.compile(r"\b(?:iex|invoke-expression|\[scriptblock\]::create)\b", re.IGNORECASE)
_FETCH = re.compile(
    r"\b(?:irm|iwr|curl|wget|invoke-restmethod|invoke-webrequest|downloadstring)\b", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"https?://[^\s'\"()|;{}]+|(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,20}(?:/[^\s'\"()|;{}]*)?"
)
_HINT = (
    "take a fixed version of it, save it to a file, check that with `sha256sum -c` and run it then"
)


@dataclass(frozen=True)
class _Sighting:
    start: int
    end: int
    runner: str
    url: Url
    unchecked: bool = False


@rule(
    "curl-pipe-shell",
    summary="a downloaded script that runs as it arrives",
    severity=Severity.MEDIUM,
    refs=("CWE-494", "CICD-SEC-3", "CICD-SEC-8"),
)
def curl_pipe_shell(config: Config) -> Iterator[Finding]:
    """Report downloads that a shell or another interpreter runs unseen."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for shell, scripts in config.texts:
        found = tuple(runs(shell))
        for script in scripts:
            for seen in (*_posix(found, shell, script), *_powershell(shell, script)):
                severity, why = _grade(seen)
                sure = not seen.url.plain and not seen.unchecked
                trusted = sure and config.policy.allowed.host(seen.url.host)
                if severity is not None and not trusted:
                    yield curl_pipe_shell.finding(
                        script.text.at(seen.start, seen.end),
                        f"{seen.runner!r} runs what {seen.url.quoted} sends, {why}",
                        hint=_HINT,
                        severity=severity,
                        related=way(script, seen.start, seen.end),
                        subject=seen.url.shown,
                    )


def _grade(seen: _Sighting) -> tuple[Severity | None, str]:
    url = seen.url
    if url.near:
        return None, ""
    if url.codecov:
        return Severity.HIGH, CODECOV
    if url.known and url.plain:
        return Severity.HIGH, "over plain HTTP, so anyone on the way can put in code of their own"
    if seen.unchecked:
        return Severity.HIGH, "whoever that is: its certificate is not checked"
    if not url.known:
        return Severity.LOW, "and nothing checks what that is"
    if url.pin is Pin.FIXED:
        return None, ""
    if url.pin is Pin.VERSION:
        return Severity.LOW, "and nothing checks that the version is still what it was"
    return Severity.MEDIUM, "so whoever controls that address runs code in the job"


def _posix(found: tuple[Run, ...], shell: Shell, script: Script) -> Iterator[_Sighting]:
    values = Values(script, shell)
    for run in found:
        if any(source.name in VERIFIERS for source in run.sources):
            continue
        for source in run.sources:
            fetched = download(source, values)
            if fetched is not None and fetched.stdout and fetched.urls:
                url = fetched.urls[0][0]
                unchecked = fetched.unchecked is not None
                yield _Sighting(run.start, run.end, run.runner.name, url, unchecked)
                break


def _powershell(shell: Shell, script: Script) -> Iterator[_Sighting]:
    if script.shell is None:
        ranges = [match.span(1) for match in _LINE.finditer(shell.text)]
    else:
        called = (one for one in shell.commands() if one.name in ("powershell", "pwsh"))
        ranges = [(one.args[0].start, one.end) for one in called if one.args]
    for low, high in ranges:
        run = _EXPRESSION.search(shell.text, low, high)
        fetched = _FETCH.search(shell.text, low, high) if run else None
        if run is None or fetched is None:
            continue
        address = _ADDRESS.search(shell.text, fetched.end(), high)
        url = Url(address[0] if address else "")
        end = max(run.end(), address.end() if address else fetched.end())
        yield _Sighting(min(run.start(), fetched.start()), end, run[0].lower(), url)
