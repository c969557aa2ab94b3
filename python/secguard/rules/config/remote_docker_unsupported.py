"""Versions of remote Docker that CircleCI has removed, or is about to."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.lifecycle import remote_docker
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._ended import ended
from secguard.rules.config._sightings import own


@rule(
    "remote-docker-unsupported",
    summary="remote Docker version that is removed or out of support",
    severity=Severity.MEDIUM,
    refs=("CWE-1104", "CICD-SEC-7"),
)
def remote_docker_unsupported(config: Config) -> Iterator[Finding]:
    """Report versions of `setup_remote_docker` that have ended."""
    steps = (step for _, step in config.steps("setup_remote_docker") if own(step.orb))
    versions = (step.arg("version") for step in steps)
    hint = "use 'version: {}', or leave the key out"
    what = "the remote Docker version '{}'"
    yield from ended(remote_docker_unsupported, versions, remote_docker, what, hint)
