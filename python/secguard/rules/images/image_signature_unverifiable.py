"""Images that are signed in a way which nothing here can check."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key, question
from secguard.images.signed import State
from secguard.rule import rule


@rule(
    "image-signature-unverifiable",
    summary="image with signatures that are not checked",
    severity=Severity.HIGH,
    refs=("CWE-347", "CICD-SEC-9"),
    family="images",
)
def image_signature_unverifiable(images: Images) -> Iterator[Finding]:
    """Report images whose only signatures are of a kind that is named and not checked."""
    for use, others in by_key(images.uses):
        verdict = images.signature(use)
        if verdict is None or verdict.state is not State.UNVERIFIABLE:
            continue
        yield image_signature_unverifiable.finding(
            use.where,
            f"the image '{use.text}' is signed with {verdict.reason} only, which is not checked "
            "here, so it counts as not signed",
            hint="sign it with cosign as well, or check it with the tools of the other",
            related=others,
            subject=question(use),
        )
