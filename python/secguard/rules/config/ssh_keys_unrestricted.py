"""`add_ssh_keys` that loads every SSH key of the project into the job."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.values import Mapped, members
from secguard.finding import Finding, Severity
from secguard.rule import rule


@rule(
    "ssh-keys-unrestricted",
    summary="`add_ssh_keys` without fingerprints",
    severity=Severity.MEDIUM,
    refs=("CWE-250", "CICD-SEC-5", "CICD-SEC-6"),
)
def ssh_keys_unrestricted(config: Config) -> Iterator[Finding]:
    """Report `add_ssh_keys` steps that do not say which keys they want."""
    for job, step in config.steps("add_ssh_keys"):
        wanted = step.args.get("fingerprints") if isinstance(step.args, Mapped) else None
        if members(wanted):
            continue
        node = step.node.key("add_ssh_keys") if step.node.is_map else step.node
        yield ssh_keys_unrestricted.finding(
            (node or step.node).location("every key of the project is loaded here"),
            "'add_ssh_keys' without fingerprints gives the job every SSH key of the project",
            hint="list the fingerprints that the job needs under 'fingerprints'",
            related=tuple(call.location() for call in step.calls),
            subject=job.reference,
        )
