"""The convenience images that CircleCI stopped building in 2021."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._images import images


@rule(
    "image-legacy",
    summary="convenience image without updates since 2021",
    severity=Severity.MEDIUM,
    refs=("CWE-1104", "CWE-1395", "CICD-SEC-3"),
)
def image_legacy(config: Config) -> Iterator[Finding]:
    """Report images of the old `circleci/` series."""
    for image in images(config):
        successor = image.successor
        if not successor:
            continue
        hint = f"use '{successor}'"
        if "-browsers" in image.reference.tag and successor.startswith("cimg/"):
            hint += " in its '-browsers' variant, with the orb 'circleci/browser-tools'"
        elif not successor.startswith("cimg/"):
            hint += ": CircleCI has no such image any more"
        yield image_legacy.finding(
            image.seen.at(),
            f"the image '{image.text}' gets no updates since 31 December 2021",
            hint=hint,
            related=image.seen.others,
            subject=image.text,
        )
