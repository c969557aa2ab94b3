"""Images that the lock file does not have."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key
from secguard.rule import rule
from secguard.rules.images._grade import exposure, grade


@rule(
    "image-not-locked",
    summary="image that the lock file does not have",
    severity=Severity.MEDIUM,
    refs=("CWE-1357", "CICD-SEC-3"),
    family="images",
)
def image_not_locked(images: Images) -> Iterator[Finding]:
    """Report images whose content nobody could miss a change of; only where there is a lock."""
    if images.lock is None:
        return
    for use, others in by_key(images.uses):
        asked = use.reference is not None and use.reference in images.wanted.values()
        if asked and use.key not in images.lock.entries:
            yield image_not_locked.finding(
                use.where,
                f"the image '{use.text}' is not in the lock file, so nobody would see its content "
                "change",
                severity=Severity.HIGH if images.frozen else grade(use, Severity.MEDIUM),
                hint="run `secguard images lock` and commit the file",
                related=others,
                subject=use.key,
                exposure=exposure(use),
            )
