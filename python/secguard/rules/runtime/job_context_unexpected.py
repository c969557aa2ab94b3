"""Contexts that a job has and the config does not give it."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot


@rule(
    "job-context-unexpected",
    summary="more contexts than the config gives the job",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-250", "CICD-SEC-5"),
    family="runtime",
)
def job_context_unexpected(snapshot: Snapshot) -> Iterator[Finding]:
    """Report a job whose identity token names more contexts than any config in the checkout."""
    identity = snapshot.identity
    if identity is None or identity.contexts is None or not snapshot.planned:
        return
    most = max(snapshot.planned, key=lambda one: len(set(one.contexts)))
    given, has = len(set(most.contexts)), len(identity.contexts)
    if has > given:
        yield job_context_unexpected.finding(
            Location(f"env:{identity.variable}"),
            f"'{snapshot.job}' has {has} contexts and the config in the checkout gives it "
            f"{given or 'none'}, so another config than this one was run",
            hint="compare the config that the pipeline's page shows, and see who started it",
            related=(most.where,),
            subject=snapshot.job,
        )
