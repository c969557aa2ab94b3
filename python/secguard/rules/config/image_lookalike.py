"""Images whose registry or namespace passes for a well-known one."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.values import HOLE
from secguard.finding import Finding, Severity
from secguard.oci.lookalike import imitated
from secguard.rule import rule
from secguard.rules.config._images import images


@rule(
    "image-lookalike",
    summary="image whose name imitates a well-known one",
    severity=Severity.HIGH,
    refs=("CWE-1007", "CWE-829", "CICD-SEC-3"),
)
def image_lookalike(config: Config) -> Iterator[Finding]:
    """Report images that are not where a reader thinks they are."""
    for image in images(config):
        written, other = imitated(image.reference)
        if not other or config.policy.images.trusts(image.reference, HOLE):
            continue
        yield image_lookalike.finding(
            image.seen.at(),
            f"the image '{image.text}' comes from '{written}', which is easily taken for "
            f"'{other}' and belongs to somebody else",
            hint=f"write '{other}' if that is meant",
            related=image.seen.others,
            subject=image.text,
        )
