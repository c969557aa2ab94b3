"""What stands in the place of an image and is none."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Confidence, Finding, Severity
from secguard.images.check import Images, by_key
from secguard.rule import rule

_REASONS = {
    "uppercase": "has capital letters in its path",
    "too-long": "is longer than any image's name can be",
    "digest-algo": "has a digest of an unknown kind",
    "digest-length": "has a digest of the wrong length",
}


@rule(
    "image-malformed",
    summary="text in the place of an image that names none",
    severity=Severity.HIGH,
    refs=("CWE-20", "CICD-SEC-3"),
    family="images",
)
def image_malformed(images: Images) -> Iterator[Finding]:
    """Report references that no registry could resolve."""
    for use, others in by_key(images.uses):
        if not use.fault or use.fault == "empty":
            continue
        reason = _REASONS.get(use.fault, "is not written as a reference is")
        if use.fault == "format" and "@" in use.text:
            reason = "has something else than a digest behind its '@'"
        elif "$" in use.text:
            reason = "holds a variable, and CircleCI puts none in here"
        sure = use.kind in ("docker", "service") or use.fault.startswith("digest")
        yield image_malformed.finding(
            use.where,
            f"'{use.text}' names no image: it {reason}, so it pins nothing",
            confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
            hint="write 'registry/path:tag@sha256:' with 64 hexadecimal digits",
            related=others,
            subject=use.text,
        )
