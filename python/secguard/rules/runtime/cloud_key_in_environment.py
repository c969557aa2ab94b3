"""Keys of clouds that hold until somebody replaces them."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.runtime.derive import DECODED, derive
from secguard.runtime.snapshot import Snapshot

_AZURE = ("AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET")


@rule(
    "cloud-key-in-environment",
    summary="a long-lived cloud key where short-lived tokens are to be had",
    severity=Severity.LOW,
    refs=("CWE-798", "CICD-SEC-6"),
    family="runtime",
)
def cloud_key_in_environment(snapshot: Snapshot) -> Iterator[Finding]:
    """Report keys for AWS, Google Cloud and Azure that do not expire."""
    for name, cloud in _keys(snapshot):
        yield cloud_key_in_environment.finding(
            Location(f"env:{name}"),
            f"'{name}' is a key for {cloud} that does not expire"
            + (", while this job has an identity token" if snapshot.identity else ""),
            hint=f"let {cloud} trust CircleCI's identity tokens (OIDC) and remove the key",
            severity=Severity.MEDIUM if snapshot.identity else None,
            subject=name,
        )


def _keys(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for variable in snapshot.secrets:
        value = variable.value.reveal()
        texts = [value, *(one.reveal() for one in derive(variable.value) if one.origin == DECODED)]
        if value.startswith(b"AKIA"):
            yield variable.name, "AWS"
        elif any(b'"service_account"' in text and b'"private_key"' in text for text in texts):
            yield variable.name, "Google Cloud"
        elif variable.name in _AZURE:
            yield variable.name, "Azure"
