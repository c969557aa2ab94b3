"""Machine images that CircleCI has removed, or is about to."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.lifecycle import UBUNTU, machine_image
from secguard.finding import Finding, Location, Severity
from secguard.rule import rule
from secguard.rules.config._ended import ended
from secguard.rules.config._sightings import MAX_OTHERS, machines

_HINT = "use 'image: {}' or a dated image of a supported family"


@rule(
    "machine-image-unsupported",
    summary="machine image that is removed or out of support",
    severity=Severity.MEDIUM,
    refs=("CWE-1104", "CICD-SEC-7"),
)
def machine_image_unsupported(config: Config) -> Iterator[Finding]:
    """Report machine images that have ended, and `machine: true`."""
    named = []
    bare: dict[Location, None] = {}
    for executor in machines(config):
        if executor.machine_image is not None:
            named.append(executor.machine_image)
            continue
        machine, size = executor.arg("machine"), executor.resource_class
        if machine is None or (size is not None and size.assumed.startswith("windows.")):
            continue  # NOTE: a Windows class has an image of its own without being asked
        if machine.type == "str":
            named.append(machine)
        elif machine.assumed.lower() in ("true", "yes", "on"):
            bare[machine.node.location("here as well")] = None
    what = "the machine image '{}'"
    yield from ended(machine_image_unsupported, named, machine_image, what, _HINT)
    if bare:
        first, *others = sorted(bare, key=lambda place: place.sort_key)
        yield machine_image_unsupported.finding(
            first,
            "'machine: true' is deprecated: it leaves the image to CircleCI",
            severity=Severity.LOW,
            hint=_HINT.format(UBUNTU),
            related=tuple(others[:MAX_OTHERS]),
            subject="machine: true",
        )
