"""Images without a version: no tag, `latest`, or a tag that is made to be moved."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._images import images


@rule(
    "image-unpinned",
    summary="image without a version",
    severity=Severity.MEDIUM,
    refs=("CWE-829", "CWE-1357", "CICD-SEC-3"),
)
def image_unpinned(config: Config) -> Iterator[Finding]:
    """Report images of which the config does not say which version it wants."""
    for image in images(config):
        tag = image.reference.tag
        if not image.moving or image.successor:
            continue
        if tag and not tag.startswith("latest"):
            severity = Severity.LOW
            what = f"the tag '{tag}' of the image '{image.text}' is moved from version to version"
        else:
            severity = Severity.MEDIUM if image.primary else Severity.LOW
            what = f"the image '{image.text}' " + (
                "is whatever was published last" if tag else "has no tag and so means 'latest'"
            )
        start = len(image.seen.text) - len(tag) if tag else 0
        yield image_unpinned.finding(
            image.seen.at(start),
            f"{what}: a build runs code that nobody here has chosen",
            severity=severity,
            hint=f"name a version and its digest: '{image.reference.familiar}:<version>@sha256:…'",
            related=image.seen.others,
            subject=image.text,
        )
