"""Tags that stand for other content than was locked."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key, question
from secguard.images.use import short
from secguard.rule import rule


@rule(
    "image-drift",
    summary="tag that was moved since the lock file was written",
    severity=Severity.HIGH,
    refs=("CWE-494", "CWE-829", "CICD-SEC-3"),
    family="images",
)
def image_drift(images: Images) -> Iterator[Finding]:
    """Report images that run other content than the lock file says."""
    for use, others in by_key(images.uses):
        answer = images.answers.get(question(use))
        locked = images.lock.entries.get(use.key) if images.lock is not None else None
        if answer is None or answer.entry is None or locked is None or use.reference is None:
            continue
        if use.reference.digest or answer.entry.digest == locked.digest:
            continue
        now = answer.entry.digest
        yield image_drift.finding(
            use.where,
            f"the image '{use.text}' is now '{short(now)}', and '{short(locked.digest)}' was "
            f"locked on {locked.resolved or 'an unknown day'}: its tag was moved",
            hint="look at what changed, then run `secguard images update`; `secguard images pin` "
            "makes moved tags harmless",
            related=others,
            subject=use.key,
        )
