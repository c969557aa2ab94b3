"""Packages that are installed by name, in whatever version is newest."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.exposure import Exposure
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values, way
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.rules.config._packages import Package, manages, packages, sets_up

_NAMED = 5
_PLACES = 20
_HINTS = {
    "cargo": "write `cargo install --locked --version 1.2.3 NAME`",
    "gem": "write `gem install NAME -v 1.2.3`, or use a Gemfile with its lockfile",
    "go": "write `NAME@v1.2.3`",
    "pip": "write `NAME==1.2.3`, or install from a file with hashes: `--require-hashes -r FILE`",
    "pipx": "write `NAME==1.2.3`",
    "uvx": "write `NAME@1.2.3`",
}


@rule(
    "package-unpinned",
    summary="packages installed in whatever version is newest",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-829", "CICD-SEC-3"),
)
def package_unpinned(config: Config) -> Iterator[Finding]:
    """Report packages that come without a version, one finding for each package manager."""
    newest: dict[tuple[str, Severity], dict[Location, Package]] = {}
    branches: list[Finding] = []
    for script, package in _found(config):
        exposure = config.exposure(script.job)
        where = script.text.at(package.word.start, package.word.end)
        if package.repository:
            branches.append(_branch(script, package, where, exposure))
        else:
            grade = Severity.LOW if package.name else Severity.INFO
            newest.setdefault((package.tool, grade), {}).setdefault(where, package)
    for (tool, grade), places in newest.items():
        yield _newest(tool, grade, places)
    yield from gathered(branches)


def _found(config: Config) -> Iterator[tuple[Script, Package]]:
    found: list[tuple[Script, Package]] = []
    ready = {
        id(job)
        for job, step in config.steps("attach_workspace", "restore_cache", "call")
        if step.kind != "call" or re.search("install|node/", step.calls[-1].name)
    }
    for shell, scripts in config.texts:
        commands = [command for command in shell.commands() if manages(command)]
        if any(sets_up(command) for command in commands):
            ready.update(id(script.job) for script in scripts)
        for script in scripts if commands else ():
            values = Values(script, shell)
            for command in commands:
                found += ((script, package) for package in packages(command, values))
    for script, package in found:
        if not package.installed or id(script.job) not in ready:
            yield script, package


def _newest(tool: str, grade: Severity, places: dict[Location, Package]) -> Finding:
    where, *others = sorted(places, key=lambda place: place.sort_key)
    names = sorted({package.name for package in places.values() if package.name})
    if not names:
        message = "'npm install' may pass over the lockfile, so the job can get other packages"
        hint = "use `npm ci`"
    else:
        listed = ", ".join(repr(name) for name in names[:_NAMED])
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        message = f"{tool} gets {listed}{more} in whatever version is newest"
        message += ", so a hijacked release runs in the job at once"
        hint = _HINTS.get(tool, "write `NAME@1.2.3`, or add it to the project's lockfile")
    return package_unpinned.finding(
        where,
        message,
        hint=hint,
        severity=grade,
        related=tuple(
            Location(place.uri, place.span, place.path, "and here") for place in others[:_PLACES]
        ),
        subject=tool,
    )


def _branch(script: Script, package: Package, where: Location, exposure: Exposure) -> Finding:
    return package_unpinned.finding(
        where,
        f"{package.tool} takes {package.name!r} from a branch, so whoever may push there runs code "
        "in the job",
        hint="name a commit",
        severity=Severity.MEDIUM if exposure.loses else Severity.LOW,
        related=way(script, package.word.start, package.word.end),
        subject=package.tool,
        exposure=exposure.at_stake,
    )
