"""An image, a context or a resource class that somebody else chooses."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.flow.taint import Paste, pastes
from secguard.circleci.model import Job
from secguard.circleci.values import HOLE, Scalar
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._injection import Group

_GAINS = {
    "context": "decides which secrets the job gets",
    "image": "can run code in place of the job",
    "resource class": "decides which machine runs the job",
}


@rule(
    "tainted-selection",
    summary="somebody else chooses the image, context or runner",
    severity=Severity.MEDIUM,
    refs=("CWE-829", "CICD-SEC-1", "CICD-SEC-4"),
)
def tainted_selection(config: Config) -> Iterator[Finding]:
    """Report free text in what decides whose code runs and which secrets it gets."""
    group = Group(
        tainted_selection, config, "write it out, or take an enum parameter that lists the choices"
    )
    for job in config.jobs:
        contexts = config.exposure(job).contexts
        for what, text, worst in _selected(job):
            for paste in pastes(text, config.root):
                if what == "image" and not _names_repository(text, paste):
                    continue
                taint = paste.taint
                message = (
                    f"'<< {taint.name} >>' chooses the {what}, so {taint.actor} {_GAINS[what]}"
                )
                most = worst if contexts else Severity.LOW
                group.add((what, taint.control), paste.where, message, (job,), taint, most)
    yield from group.findings()


def _selected(job: Job) -> Iterator[tuple[str, Scalar, Severity]]:
    for image in job.executor.images:
        yield "image", image.reference, Severity.MEDIUM
    for context in job.contexts:
        yield "context", context, Severity.MEDIUM
    resource_class = job.executor.resource_class
    if resource_class is not None:
        yield "resource class", resource_class, Severity.LOW


def _names_repository(text: Scalar, paste: Paste) -> bool:
    """True where the value says whose image it is, not only which tag of a known one."""
    host, slash, rest = text.text[: paste.start].partition("/")
    if not slash:
        return ":" not in host and "@" not in host
    is_host = "." in host or ":" in host or host == "localhost"
    return is_host and not rest.strip(HOLE)
