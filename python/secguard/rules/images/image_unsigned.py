"""Images without the signature that the policy wants."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key, question
from secguard.images.signed import State
from secguard.rule import rule


@rule(
    "image-unsigned",
    summary="image without the signature that the policy wants",
    severity=Severity.HIGH,
    refs=("CWE-347", "CWE-829", "CICD-SEC-9"),
    family="images",
)
def image_unsigned(images: Images) -> Iterator[Finding]:
    """Report images that nobody has signed, where the policy says who has to."""
    for use, others in by_key(images.uses):
        verdict = images.signature(use)
        if verdict is None or verdict.state is not State.UNSIGNED:
            continue
        yield image_unsigned.finding(
            use.where,
            f"the image '{use.text}' is not signed, and the policy says who has to sign it: "
            "nothing tells it from one that somebody else has put there",
            hint="sign it where it is built, e.g. with `cosign sign`, or use one that is signed",
            related=others,
            subject=question(use),
        )
