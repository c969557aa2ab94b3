"""Answers of registries that must not be believed."""

from __future__ import annotations

from typing import Iterator

from secguard.finding import Finding, Severity
from secguard.images.check import Images, by_key, question
from secguard.net.failure import Failure
from secguard.rule import rule


@rule(
    "registry-answer-refused",
    summary="registry whose answer cannot be believed",
    severity=Severity.HIGH,
    refs=("CWE-345", "CWE-295", "CICD-SEC-3"),
    family="images",
)
def registry_answer_refused(images: Images) -> Iterator[Finding]:
    """Report what looks like an attack or a broken registry; no setting makes it pass."""
    for use, others in by_key(images.uses):
        answer = images.answers.get(question(use))
        if answer is not None and answer.failure is Failure.UNTRUSTED and use.reference is not None:
            yield registry_answer_refused.finding(
                use.where,
                f"the image '{use.text}' cannot be believed: the registry "
                f"'{use.reference.domain}' {answer.reason}",
                hint="look who answers for the registry: its certificate, a proxy, a mirror",
                related=others,
                subject=question(use),
            )
