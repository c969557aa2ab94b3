"""Jobs that ran in other content than the lock file says."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images
from secguard.images.use import short
from secguard.rule import rule


@rule(
    "image-ran-other",
    summary="job that ran in other content than was locked",
    severity=Severity.HIGH,
    refs=("CWE-494", "CWE-829", "CICD-SEC-3"),
    family="images",
)
def image_ran_other(images: Images) -> Iterator[Finding]:
    """Report containers that were started from a digest which nobody locked."""
    entries = images.lock.entries if images.lock is not None else {}
    for ran in images.ran:
        locked = entries.get(ran.key)
        if locked is not None and locked.digest == ran.digest:
            continue
        if locked is None:
            why = "which the lock file does not have"
            hint = "find out what names it, an orb or another config, and lock it"
        else:
            why = f"and '{short(locked.digest)}' is locked"
            hint = "see what changed before you trust what the job built, then lock it or pin it"
        yield image_ran_other.finding(
            ran.where,
            f"the job ran in '{short(ran.text)}' as '{short(ran.digest)}', {why}",
            severity=Severity.MEDIUM if locked is None else Severity.HIGH,
            hint=hint,
            related=tuple(use.where for use in images.uses if use.key == ran.key)[:3],
            subject=ran.key,
        )
