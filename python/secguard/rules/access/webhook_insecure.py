"""Webhooks whose messages others can read or make up."""

from __future__ import annotations

from typing import Iterator

from secguard.access.estate import Estate
from secguard.access.model import Webhook
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.access._places import project_at


@rule(
    "webhook-insecure",
    summary="webhook whose messages others can read or make up",
    severity=Severity.MEDIUM,
    refs=("CWE-319", "CWE-345", "CICD-SEC-7"),
    family="access",
)
def webhook_insecure(estate: Estate) -> Iterator[Finding]:
    """Report each webhook once with all that it lacks."""
    for project in estate.projects:
        for webhook in project.webhooks or ():
            lacks = tuple(_lacks(webhook))
            if lacks:
                reads = any(severity > Severity.LOW for severity, _, _ in lacks)
                yield webhook_insecure.finding(
                    project_at(project),
                    f"the webhook '{webhook.name}' of '{project.slug}' "
                    f"{' and '.join(what for _, what, _ in lacks)}",
                    hint=" and ".join(hint for _, _, hint in lacks),
                    severity=Severity.MEDIUM if reads else Severity.LOW,
                    subject=webhook.name,
                )


def _lacks(webhook: Webhook) -> Iterator[tuple[Severity, str, str]]:
    if webhook.url.lower().startswith("http:"):
        yield (
            Severity.MEDIUM,
            "goes to an address without TLS, so that others on the way can read and change it",
            "give it an https address",
        )
    elif webhook.verifies_tls is False:
        yield (
            Severity.MEDIUM,
            "does not verify the certificate of its receiver, so that others on the way can read "
            "and change it",
            "switch certificate verification on",
        )
    if webhook.signed is False:
        yield (
            Severity.LOW,
            "has no signing secret, so that its receiver cannot tell it from one that anyone sends",
            "set a secret, and have the receiver verify 'circleci-signature'",
        )
