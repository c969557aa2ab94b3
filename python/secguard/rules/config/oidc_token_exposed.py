"""The job's identity token where others can read it."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.secret_flow.uses import Use, places
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._gathered import gathered
from secguard.rules.config._stored_files import Keeping, directory, resolve, written_to
from secguard.shell import Command

_BUILT_IN = frozenset(("[", "[[", "declare", "echo", "export", "local", "printf", "read", "test"))
_FILE_HINT = "write it to a file that only this job sees, and name the file"


@rule(
    "oidc-token-exposed",
    summary="an OpenID Connect token in the log, in a kept file or on a command line",
    severity=Severity.MEDIUM,
    refs=("CWE-532", "CWE-522", "CICD-SEC-6"),
)
def oidc_token_exposed(config: Config) -> Iterator[Finding]:
    """Report identity tokens that are printed, kept or handed over as an argument."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    keeping = Keeping()
    for script, secrets in config.secrets:
        for _, use in secrets.printed:
            if use.oidc:
                yield _printed(script, use)
        for command in secrets.shell.commands():
            for use in secrets.output(command):
                if use.oidc:
                    yield from _kept(keeping, script, command, use)
            for word in command.words if command.name not in _BUILT_IN else ():
                for use in secrets.uses(word):
                    if use.oidc and not use.few:
                        yield _passed(script, command, use)


def _printed(script: Script, use: Use) -> Finding:
    return oidc_token_exposed.finding(
        script.text.at(use.start, use.end, "written to the log"),
        f"'{use.name}' is written to the log, and CircleCI may not mask it; for an hour whoever "
        "reads it is this job",
        hint="drop the line; to see the claims, decode only the second part of the token",
        severity=Severity.LOW if use.few else Severity.HIGH,
        related=places(script, use.start, use.end),
        subject=use.name,
    )


def _kept(keeping: Keeping, script: Script, command: Command, use: Use) -> Iterator[Finding]:
    path = resolve(written_to(command) or "", directory(script.job, script.step))
    found = keeping.after(script.job, script.step, path)
    if found is not None:
        yield oidc_token_exposed.finding(
            _place(script, use),
            f"'{use.name}' is written to a file that '{found.kind}' keeps",
            hint="keep the file out of what is stored, or remove it first",
            related=(*places(script, use.start, use.end), found.where),
            subject=use.name,
        )


def _passed(script: Script, command: Command, use: Use) -> Finding:
    program = command.name or "a program"
    return oidc_token_exposed.finding(
        _place(script, use),
        f"'{program}' gets '{use.name}' on its command line, which traces and error messages show",
        hint=_FILE_HINT,
        severity=Severity.LOW,
        related=places(script, use.start, use.end),
        subject=use.name,
    )


def _place(script: Script, use: Use) -> Location:
    return script.text.at(use.start, use.end)
