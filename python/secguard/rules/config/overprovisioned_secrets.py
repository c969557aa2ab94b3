"""The whole environment handed on to a container or an image."""

from __future__ import annotations

import posixpath
from typing import Iterator, NamedTuple

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._environment_dumps import dump, values_pass
from secguard.rules.config._stored_files import written_to
from secguard.shell import Command, Process, Substitution

_ENGINES = frozenset("buildah docker docker-compose kubectl nerdctl podman".split())
_BUILDS = frozenset(("build", "buildx"))


class _Written(NamedTuple):
    """A file that holds the environment."""

    path: str
    script: Script
    command: Command


@rule(
    "overprovisioned-secrets",
    summary="the whole environment handed on to a container or an image",
    severity=Severity.MEDIUM,
    refs=("CWE-250", "CWE-497", "CICD-SEC-6"),
)
def overprovisioned_secrets(config: Config) -> Iterator[Finding]:
    """Report containers and images that get what `env` and the like write."""
    written: dict[int, list[_Written]] = {}
    for script in config.scripts:
        files = written.setdefault(id(script.job), [])
        for command in script.shell.commands() if script.shell is not None else ():
            if dump(command) and _passes(config, script, command):
                path = written_to(command)
                if path:
                    files.append(_Written(path, script, command))
            if command.name in _ENGINES:
                for inner in _inside(command):
                    if dump(inner) and _passes(config, script, inner):
                        yield _finding(config, script, inner, "a container")
                for file in files:
                    whom = _takes(command, file.path)
                    if whom:
                        yield _finding(config, file.script, file.command, whom)


def _passes(config: Config, script: Script, command: Command) -> bool:
    return values_pass(command.piped_into, config.exposure(script.job).secrets)


def _inside(command: Command) -> Iterator[Command]:
    for word in command.args:
        for part in word.all_parts():
            if isinstance(part, (Process, Substitution)):
                yield from part.script.commands()


def _takes(command: Command, path: str) -> str:
    """Say what gets a file: the container that is started, or the image that is built."""
    said = [word.text for word in command.args]
    if any(text == path or text.endswith("=" + path) for text in said):
        return "a container"
    named = posixpath.basename(path) == ".env" and not posixpath.isabs(path)
    return "an image" if named and not _BUILDS.isdisjoint(said) else ""


def _finding(config: Config, script: Script, command: Command, whom: str) -> Finding:
    exposure = config.exposure(script.job)
    return overprovisioned_secrets.finding(
        script.text.at(command.start, command.end),
        f"'{dump(command)}' hands every secret of the job on to {whom}, so that all that runs in "
        "it can read them",
        hint="hand on what it needs by name: 'docker run --env NAME', or "
        "'docker build --secret id=name,env=NAME'",
        severity=Severity.MEDIUM if exposure.loses else Severity.LOW,
        subject=script.job.reference,
        exposure=exposure.at_stake,
    )
