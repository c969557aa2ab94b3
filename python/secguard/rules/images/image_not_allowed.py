"""Images that the policy does not allow."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.values import HOLE
from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key
from secguard.rule import rule


@rule(
    "image-not-allowed",
    summary="image from a repository that the policy does not allow",
    severity=Severity.HIGH,
    refs=("CWE-829", "CICD-SEC-3"),
    family="images",
)
def image_not_allowed(images: Images) -> Iterator[Finding]:
    """Report images that the policy denies, and those of which it cannot be told."""
    for use, others in by_key(images.uses):
        if use.reference is None:
            continue
        verdict, by = images.policy.verdict(use.reference, HOLE)
        if verdict is True:
            continue
        if verdict is None:
            why, hint = "may come from anywhere", "write the repository out, or list the choices"
        elif by:
            why, hint = f"comes from '{by}', which the policy denies", "use an allowed one"
        else:
            why = "comes from a repository that the policy does not list"
            hint = "use an allowed one, or add it to 'allow' below 'images' in the policy"
        yield image_not_allowed.finding(
            use.where,
            f"the image '{use.text}' {why}",
            severity=Severity.MEDIUM if verdict is None else Severity.HIGH,
            hint=hint,
            related=others,
            subject=use.reference.name or use.text,
        )
