"""Images whose signatures are not by whom the policy names."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key, question
from secguard.images.signed import State
from secguard.rule import rule


@rule(
    "image-signature-invalid",
    summary="image whose signature does not count",
    severity=Severity.HIGH,
    refs=("CWE-347", "CWE-345", "CICD-SEC-9"),
    family="images",
)
def image_signature_invalid(images: Images) -> Iterator[Finding]:
    """Report images that carry signatures of which none is one that the policy wants."""
    for use, others in by_key(images.uses):
        verdict = images.signature(use)
        if verdict is None or verdict.state is not State.INVALID:
            continue
        yield image_signature_invalid.finding(
            use.where,
            f"the image '{use.text}' has no signature that counts: {verdict.reason}",
            hint="find out who put it there before a job runs it; if it was meant, name the signer "
            "in the policy",
            related=others,
            subject=question(use),
        )
