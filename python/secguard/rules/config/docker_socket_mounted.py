"""Containers that are handed the socket of the Docker daemon."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.spelling import way
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._containers import containers
from secguard.rules.config._gathered import gathered

_RUNNER = "so its image is root on a self-hosted runner, which the next job uses as well"
_THROWN_AWAY = "so its image is root on the machine and can read and change all that the job has"


@rule(
    "docker-socket-mounted",
    summary="the Docker socket inside a container",
    severity=Severity.LOW,
    refs=("CWE-250", "CICD-SEC-5", "CICD-SEC-7"),
)
def docker_socket_mounted(config: Config) -> Iterator[Finding]:
    """Report containers into which a script mounts the Docker socket."""
    yield from gathered(_findings(config))


def _findings(config: Config) -> Iterator[Finding]:
    for container in containers(config):
        runner = container.script.job.executor.self_hosted
        for source, option in container.mounts:
            if not source.endswith(("/docker.sock", "/podman.sock", "/containerd.sock")):
                continue
            start, end = option.word.start, option.word.end
            yield docker_socket_mounted.finding(
                container.script.text.at(start, end),
                "the container gets the Docker socket, " + (_RUNNER if runner else _THROWN_AWAY),
                hint="call docker in the job itself, or give the container a daemon of its own",
                severity=Severity.HIGH if runner else Severity.LOW,
                related=way(container.script, start, end),
            )
