"""The `deploy` step, which `run` has replaced."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._sightings import own


@rule(
    "deploy-step",
    summary="deprecated `deploy` step",
    severity=Severity.LOW,
    refs=("CWE-477", "CICD-SEC-1"),
)
def deploy_step(config: Config) -> Iterator[Finding]:
    """Report steps of the deprecated kind `deploy`."""
    for job, step in config.steps("deploy"):
        if not own(step.orb) or step.command is None:
            continue  # NOTE: without a command it calls a command of that name
        key = step.node.key("deploy") if step.node.is_map else step.node
        yield deploy_step.finding(
            (key or step.node).location(),
            "the step 'deploy' is deprecated, so a deployment rests on what CircleCI may drop",
            hint="use 'run', in a job of its own that the workflow runs after the others",
            subject=job.reference,
        )
