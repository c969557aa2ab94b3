"""Machine images by a tag that moves."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.lifecycle import machine_image
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._sightings import machines, sightings

_MOVING = ("current", "default", "edge", "previous", "stable")


@rule(
    "machine-image-moving",
    summary="machine image that changes under its name",
    severity=Severity.LOW,
    confidence=Confidence.LOW,
    refs=("CWE-1357", "CICD-SEC-7"),
)
def machine_image_moving(config: Config) -> Iterator[Finding]:
    """Report machine images named by `edge`, `current`, `default` and the like."""
    images = (executor.machine_image for executor in machines(config))
    for seen in sightings(image for image in images if image is not None):
        family, colon, tag = seen.text.partition(":")
        tag = tag if colon else family.rpartition("-")[2]
        if tag not in _MOVING or machine_image(seen.text) is not None:
            continue
        edge = tag == "edge"
        why = (
            "is a preview that changes without notice and is not meant for production"
            if edge
            else "becomes another image every few months, whether or not anybody looks"
        )
        yield machine_image_moving.finding(
            seen.at(len(seen.text) - len(tag)),
            f"the machine image '{seen.text}' {why}",
            confidence=Confidence.HIGH if edge else Confidence.LOW,
            hint=f"use '{family}:current'" if edge else "use a dated image and renew it regularly",
            related=seen.others,
            subject=seen.text,
        )
