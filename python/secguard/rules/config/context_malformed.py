"""A `context` that CircleCI reads as something else than what is meant."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.source.node import Node


@rule(
    "context-malformed",
    summary="a `context` that is no name and no list of names",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-1287", "CICD-SEC-6"),
)
def context_malformed(config: Config) -> Iterator[Finding]:
    """Report contexts that are mappings, lists in lists, or several names in one text."""
    for workflow in config.expansion.workflows:
        for job in workflow.jobs:
            node = job.invocation.get(job.reference, "context") if job.invocation else None
            for one in node.members() if node is not None else ():
                why = _why(one)
                if why:
                    yield context_malformed.finding(
                        one.location(),
                        f"the 'context' of {job.name!r} {why}",
                        hint="write 'context: [first, second]'",
                        subject=job.name,
                    )


def _why(node: Node) -> str:
    if node.is_map:
        return "is a mapping, where CircleCI takes a name or a list of names"
    if node.is_list:
        return "holds a list in a list, where CircleCI takes a name or a list of names"
    if "<<" in node.text:
        return ""
    if "," in node.text:
        return "is one name with commas in it, so that no context of its parts is meant"
    if node.text != node.text.strip() or (node.style in "\"'" and not node.text):
        return "is no name that a context can have"
    return ""
