"""Images without a version outside of executors."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key
from secguard.images.use import SOURCES, Use
from secguard.oci.registry import registry_kind
from secguard.oci.tags import is_moving
from secguard.rule import rule
from secguard.rules.images._grade import exposure, grade


@rule(
    "image-pull-unpinned",
    summary="image without a version in a step, a Dockerfile or a compose file",
    severity=Severity.MEDIUM,
    refs=("CWE-829", "CWE-1357", "CICD-SEC-3"),
    family="images",
)
def image_pull_unpinned(images: Images) -> Iterator[Finding]:
    """Report images of which nobody here says which version is wanted."""
    for use, others in by_key(images.uses):
        reference = use.reference
        if use.kind in ("docker", "service") or reference is None or reference.holes:
            continue
        local = registry_kind(reference.domain) == "local"
        if reference.digest or local or not is_moving(reference.tag):
            continue
        latest = reference.tag.startswith("latest") or not reference.tag
        tag = f"by the tag '{reference.tag}'" if reference.tag else "without a tag"
        yield image_pull_unpinned.finding(
            use.where,
            f"the image '{use.text}' is named {tag}, so it is whatever was published last: "
            f"{SOURCES[use.kind]}",
            severity=_severity(use) if latest else Severity.LOW,
            hint=f"name a version and its digest: '{reference.familiar}:<version>@sha256:…'",
            related=others,
            subject=use.key,
            exposure=exposure(use),
        )


def _severity(use: Use) -> Severity:
    # NOTE: a container that a step starts sees nothing of the job but what it is given.
    return grade(use, Severity.LOW if use.kind in ("run", "pull") else Severity.MEDIUM)
