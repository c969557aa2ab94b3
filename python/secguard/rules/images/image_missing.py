"""Images that are not in their registry."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key, question
from secguard.net.failure import Failure
from secguard.rule import rule


@rule(
    "image-missing",
    summary="image that its registry does not have",
    severity=Severity.HIGH,
    refs=("CWE-1104", "CICD-SEC-3"),
    family="images",
)
def image_missing(images: Images) -> Iterator[Finding]:
    """Report names that somebody else could publish, and digests that were deleted."""
    for use, others in by_key(images.uses):
        answer = images.answers.get(question(use))
        if answer is None or answer.failure is not Failure.MISSING or use.reference is None:
            continue
        if use.reference.digest:
            why = "is no longer there under its digest: the next run that has no copy fails"
            hint = "look why it was deleted, then lock what takes its place"
        else:
            why = "does not exist: whoever publishes it under this name runs code here"
            hint = "correct the name"
        yield image_missing.finding(
            use.where,
            f"the image '{use.text}' {why}",
            hint=hint,
            related=others,
            subject=question(use),
        )
