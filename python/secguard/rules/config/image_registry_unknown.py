"""Images from a registry that is nobody's well-known one."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.values import HOLE
from secguard.finding import Confidence, Finding, Severity
from secguard.oci.lookalike import imitates_host
from secguard.oci.registry import known_hosts, registry_kind
from secguard.rule import rule
from secguard.rules.config._images import Image, images
from secguard.rules.config._sightings import MAX_OTHERS
from secguard.secrets.hosts import is_local_host


@rule(
    "image-registry-unknown",
    summary="image from a registry that is not well known",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-829", "CICD-SEC-3"),
)
def image_registry_unknown(config: Config) -> Iterator[Finding]:
    """Report hosts that are neither public registries nor a cloud's private ones, each once."""
    hosts: dict[str, list[Image]] = {}
    for image in images(config):
        host = image.reference.domain
        if "domain" in image.reference.holes or registry_kind(host) != "other":
            continue
        allowed = config.policy.allowed.registry(f"{host}/{image.reference.path}")
        if allowed or config.policy.images.trusts(image.reference, HOLE):
            continue
        if not is_local_host(host.partition(":")[0]) and not imitates_host(host, known_hosts()):
            hosts.setdefault(host, []).append(image)
    for host, used in hosts.items():
        first, *others = used
        more = [image.seen.at(0, "here as well") for image in others]
        auth = all(image.auth for image in used)
        yield image_registry_unknown.finding(
            first.seen.at(),
            f"the image comes from '{host}', which is no well-known registry: whoever holds that "
            "host decides what the job runs",
            confidence=Confidence.LOW if auth else Confidence.MEDIUM,
            hint="take the image from a registry that you trust, or allow this one in the policy",
            related=(*first.seen.others, *more)[:MAX_OTHERS],
            subject=host,
        )
