"""A job that can pass for the check of this orb without being it."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.orb_calls import full_name, orb_names
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._own_gate import checking_jobs, written_name

_USUAL = "secguard"


@rule(
    "gate-faked",
    summary="a job that passes for secguard's check without being it",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-345", "CICD-SEC-1"),
)
def gate_faked(config: Config) -> Iterator[Finding]:
    """Report local jobs that bear the check's name, and checks that a local job stands in for."""
    names = orb_names(config.expansion)
    checks = [job for job in checking_jobs(config) if job.override is None]
    taken = {_USUAL, *map(written_name, checks)}
    for workflow in config.expansion.workflows:
        for job in workflow.jobs:
            override, name = job.override, written_name(job)
            if override is not None and full_name(override.text, names).endswith("/secguard/check"):
                yield gate_faked.finding(
                    override.at(0, len(override.text)),
                    f"{name!r} is the local job wherever the orb has no {override.text!r}: "
                    "CircleCI then falls back without a word",
                    hint=f"run {override.text!r} as a job of its own instead of 'override-with'",
                    subject=job.name,
                )
            elif checks and name in taken and all(job is not one for one in checks):
                yield gate_faked.finding(
                    (job.invocation or job.node).location(),
                    f"{name!r} is not the check, and reports the status "
                    f"'ci/circleci: {name}' that people take for it",
                    hint="give the job another name",
                    related=tuple(
                        one.invocation.location("the check") for one in checks if one.invocation
                    ),
                    subject=job.name,
                )
    usual = any(written_name(job) == _USUAL for job in checks)
    for job in checks:
        if not usual and job.invocation is not None:
            yield gate_faked.finding(
                job.invocation.location(),
                f"the check reports the status 'ci/circleci: {written_name(job)}', so a required "
                "status of another name waits for ever",
                hint=f"add 'name: {_USUAL}', and require 'ci/circleci: {_USUAL}'",
                severity=Severity.INFO,
                confidence=Confidence.HIGH,
                subject=job.name,
            )
