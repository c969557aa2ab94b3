"""Containers that a script starts with power over the machine they run on."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.spelling import way
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._containers import Container, containers
from secguard.rules.config._gathered import gathered
from secguard.shell.options import Argument

_EMULATORS = (
    "aptman/qus dbhi/qus docker/binfmt linuxkit/binfmt multiarch/qemu-user-static tonistiigi/binfmt"
).split()
"""Images that teach the kernel other processors, which takes all rights and is all they do."""
_RUNNER = "and a self-hosted runner is there for the next job as well"
_THROWN_AWAY = "so its image can read and change all that the job has"


@rule(
    "docker-privileged",
    summary="a container with power over the machine",
    severity=Severity.LOW,
    refs=("CWE-250", "CICD-SEC-5", "CICD-SEC-7"),
)
def docker_privileged(config: Config) -> Iterator[Finding]:
    """Report `docker run --privileged` and options that come to the same."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for container in containers(config):
        image = container.image.split("@")[0].rpartition("/")
        name = f"{image[0]}/{image[2].split(':')[0]}"
        if name.startswith(("docker.io/", "ghcr.io/")):
            name = name.partition("/")[2]
        if name in _EMULATORS:
            continue
        runner = container.script.job.executor.self_hosted
        for option, shown, grade in _powers(container, runner):
            start, end = option.word.start, option.word.end
            yield docker_privileged.finding(
                container.script.text.at(start, end),
                f"{shown!r} gives the container power over the machine, "
                + (_RUNNER if runner else _THROWN_AWAY),
                hint="leave it out, or add the one capability or device that is needed",
                severity=grade,
                related=way(container.script, start, end),
            )


def _powers(container: Container, runner: bool) -> Iterator[tuple[Argument, str, Severity]]:
    grade = Severity.HIGH if runner else Severity.LOW
    for one in container.options:
        value = one.value.upper()
        if one.name == "--privileged" and value != "FALSE":
            yield one, one.name, grade
        elif one.name == "--cap-add" and value in ("ALL", "SYS_ADMIN", "CAP_SYS_ADMIN"):
            yield one, f"{one.name} {one.value}", grade
        elif one.name == "--pid" and value == "HOST":
            yield one, f"{one.name} host", grade
        elif runner and one.name in ("--net", "--network") and value == "HOST":
            yield one, f"{one.name} host", Severity.MEDIUM
    for source, one in container.mounts:
        if source in ("/", "/etc", "/root", "/home", "/proc", "/var", "/var/lib/docker"):
            yield one, f"{one.name} {source}", grade
