"""A job that somebody ran again to log in to it."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.snapshot import Snapshot


@rule(
    "job-rerun-with-ssh",
    summary="a job that was run again with SSH",
    severity=Severity.LOW,
    refs=("CWE-522", "CICD-SEC-5"),
    family="runtime",
)
def job_rerun_with_ssh(snapshot: Snapshot) -> Iterator[Finding]:
    """Report a job whose identity token says so, unless the policy allows it."""
    identity = snapshot.identity
    words = {terms.ssh_rerun for terms in snapshot.terms}
    if identity is None or not identity.ssh_rerun or ("allow" in words and "deny" not in words):
        return
    denied = ", which the policy denies" if "deny" in words else ""
    number = len(snapshot.secrets)
    secrets = f"all {number} secrets" if number > 1 else "every secret"
    yield job_rerun_with_ssh.finding(
        Location(f"env:{identity.variable}"),
        f"this job was run again with SSH{denied}: whoever did that can read {secrets} it has",
        hint="find out who did it and why; switch reruns with SSH off in the project's settings, "
        "and start a new pipeline, since a workflow that was run with SSH once stays so",
        severity=Severity.HIGH if denied else None,
        subject=snapshot.job,
    )
