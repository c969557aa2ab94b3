"""Images whose registry or namespace passes for a well-known one."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.oci.lookalike import imitates, imitates_host
from secguard.oci.reference import HUB, Reference
from secguard.oci.registry import known_hosts, registry_kind
from secguard.rule import rule
from secguard.rules.config._images import images

_NAMESPACES = (
    "cimg circleci library bitnami hashicorp amazon google grafana docker jenkins elastic "
    "selenium cypress sonarsource localstack rabbitmq redis mongodb postgis"
).split()
"""Publishers on Docker Hub that many configs name."""


@rule(
    "image-lookalike",
    summary="image whose name imitates a well-known one",
    severity=Severity.HIGH,
    refs=("CWE-1007", "CWE-829", "CICD-SEC-3"),
)
def image_lookalike(config: Config) -> Iterator[Finding]:
    """Report images that are not where a reader thinks they are."""
    for image in images(config):
        written, other = _imitation(image.reference)
        if not other:
            continue
        yield image_lookalike.finding(
            image.seen.at(),
            f"the image '{image.text}' comes from '{written}', which is easily taken for "
            f"'{other}' and belongs to somebody else",
            hint=f"write '{other}' if that is meant",
            related=image.seen.others,
            subject=image.text,
        )


def _imitation(reference: Reference) -> tuple[str, str]:
    if "domain" not in reference.holes and registry_kind(reference.domain) == "other":
        host = reference.domain
        if host.lower() in _NAMESPACES:
            return host, host.lower()  # NOTE: a capital letter makes a registry of a namespace
        return host, imitates_host(host, known_hosts())
    if reference.domain == HUB and not reference.ambiguous:
        namespace = reference.path.split("/")[0]
        return namespace, imitates(namespace, _NAMESPACES)
    return "", ""
