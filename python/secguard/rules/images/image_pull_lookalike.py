"""Images outside of executors whose name passes for a well-known one."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.values import HOLE
from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key
from secguard.oci.lookalike import imitated
from secguard.rule import rule


@rule(
    "image-pull-lookalike",
    summary="imitated name in a step, a Dockerfile or a compose file",
    severity=Severity.HIGH,
    refs=("CWE-1007", "CWE-829", "CICD-SEC-3"),
    family="images",
)
def image_pull_lookalike(images: Images) -> Iterator[Finding]:
    """Report images that are not where a reader thinks they are."""
    for use, others in by_key(images.uses):
        if use.kind in ("docker", "service") or use.reference is None:
            continue
        written, other = imitated(use.reference)
        if other and not images.policy.trusts(use.reference, HOLE):
            yield image_pull_lookalike.finding(
                use.where,
                f"the image '{use.text}' comes from '{written}', which is easily taken for "
                f"'{other}' and belongs to somebody else",
                hint=f"write '{other}' if that is meant",
                related=others,
                subject=use.text,
            )
