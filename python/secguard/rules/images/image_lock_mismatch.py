"""Digests in the config that are not the locked ones."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key
from secguard.rule import rule


@rule(
    "image-lock-mismatch",
    summary="digest that differs from the lock file",
    severity=Severity.HIGH,
    refs=("CWE-494", "CWE-829", "CICD-SEC-3"),
    family="images",
)
def image_lock_mismatch(images: Images) -> Iterator[Finding]:
    """Report images whose tag is locked to another digest than stands beside it."""
    for use, others in by_key(images.uses):
        locked = images.lock.entries.get(use.key) if images.lock is not None else None
        if locked is None or use.reference is None or not use.reference.digest:
            continue
        if use.reference.digest != locked.digest:
            yield image_lock_mismatch.finding(
                use.where,
                f"'{use.key}' stands here with another digest than in the lock file, so one of "
                "the two was not looked at",
                hint="take the digest of the lock file, or lock this one with "
                "`secguard images lock` once you have seen where it comes from",
                related=others,
                subject=use.key,
            )
