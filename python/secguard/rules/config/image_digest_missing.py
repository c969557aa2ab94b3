"""Images that are named by a tag alone."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Confidence, Finding, Severity
from secguard.oci.reference import HUB
from secguard.oci.registry import registry_kind
from secguard.rule import rule
from secguard.rules.config._images import images

_CURATED = ("cimg", "library")


@rule(
    "image-digest-missing",
    summary="image named by its tag alone",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-829", "CWE-1357", "CICD-SEC-3"),
)
def image_digest_missing(config: Config) -> Iterator[Finding]:
    """Report images that have a version tag and no digest, each once."""
    places = set()
    for image in images(config):
        reference = image.reference
        if reference.digest or image.open or image.moving or image.successor:
            continue
        if registry_kind(reference.domain) == "local":
            continue
        where = image.seen.at()
        if where in places:
            continue  # another value of the same template
        places.add(where)
        curated = reference.domain == HUB and reference.path.split("/")[0] in _CURATED
        certain = image.contexts and not curated
        yield image_digest_missing.finding(
            where,
            f"the tag of the image '{image.text}' can be moved to other content by its publisher",
            confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
            hint=f"add the digest and keep the tag: '{image.text}@sha256:…'",
            related=image.seen.others,
            subject=image.text,
            exposure="a job with a context runs it" if image.contexts else "",
        )
