"""Images without the digest that the policy asks for."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key
from secguard.rule import rule
from secguard.rules.images._grade import exposure, grade


@rule(
    "image-digest-required",
    summary="image without the digest that the policy asks for",
    severity=Severity.MEDIUM,
    refs=("CWE-829", "CWE-1357", "CICD-SEC-3"),
    family="images",
)
def image_digest_required(images: Images) -> Iterator[Finding]:
    """Report images named by a tag where the policy wants a digest."""
    for use, others in by_key(images.uses):
        reference = use.reference
        if reference is None or not images.required(use).digest:
            continue
        if reference.digest and "digest" not in reference.holes:
            continue
        yield image_digest_required.finding(
            use.where,
            f"the image '{use.text}' has no digest, which the policy asks for: its content can "
            "change under the same name",
            severity=grade(use, Severity.MEDIUM),
            hint="`secguard images pin` adds the digest and keeps the tag",
            related=others,
            subject=use.key or use.text,
            exposure=exposure(use),
        )
