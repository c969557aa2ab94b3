"""Images that are not made for the machine that they run on."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images
from secguard.rule import rule


@rule(
    "image-platform-missing",
    summary="image that is not made for the job's machine",
    severity=Severity.MEDIUM,
    refs=("CWE-1104", "CICD-SEC-7"),
    family="images",
)
def image_platform_missing(images: Images) -> Iterator[Finding]:
    """Report executors whose resource class has another processor than their image."""
    for use in images.uses:
        entry = images.entry(use)
        if entry is None or not use.platform or not entry.platforms:
            continue
        if not any(f"{have}/".startswith(f"{use.platform}/") for have in entry.platforms):
            yield image_platform_missing.finding(
                use.where,
                f"the image '{use.text}' is made for {', '.join(entry.platforms)} and runs on "
                f"{use.platform}, where it fails or is replaced by something else",
                hint="choose a resource class or an image that fit each other",
                related=use.related,
                subject=use.key,
            )
