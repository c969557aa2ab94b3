"""Images that were made long ago."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Confidence, Finding, Severity
from secguard.images.check import Images, by_key
from secguard.policy.read import parse_date
from secguard.rule import rule

MAX_AGE = 365
"""Days, where the policy names no other number."""


@rule(
    "image-stale",
    summary="image that was made long ago",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-1104", "CICD-SEC-3"),
    family="images",
)
def image_stale(images: Images) -> Iterator[Finding]:
    """Report images that are older than the policy allows, or than a year."""
    for use, others in by_key(images.uses):
        entry = images.entry(use)
        created = parse_date(entry.created) if entry is not None else None
        if created is None:
            continue
        age, decided = (images.today - created).days, images.required(use).max_age
        if age <= (MAX_AGE if decided is None else decided):
            continue
        limit = "" if decided is None else f", and the policy allows {decided} days"
        yield image_stale.finding(
            use.where,
            f"the image '{use.text}' was made on {created}{limit}: nothing was mended since",
            severity=Severity.LOW if decided is None else Severity.MEDIUM,
            confidence=Confidence.MEDIUM if decided is None else Confidence.HIGH,
            hint="take a newer version; `secguard images update --within minor` looks for one",
            related=others,
            subject=use.key,
        )
