"""Pipeline values that CircleCI no longer fills."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.pipeline_values import ENDED
from secguard.circleci.template import templates
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.source.node import Node

_NAME = re.compile(r"(?<![\w.-])pipeline\.(?:[\w-]+\.)*[\w-]+", re.ASCII)
_CONDITIONS = frozenset(("when", "unless", "condition", "filters"))


_CIRCLECI, _APP = ENDED
_SUCCESSORS = {
    f"{_CIRCLECI}trigger_type": "pipeline.trigger.type",
    f"{_CIRCLECI}event_time": "pipeline.trigger.received_at",
    f"{_CIRCLECI}event_type": "pipeline.event.name",
    f"{_APP}ref": "pipeline.event.github.ref",
    f"{_APP}checkout_sha": "pipeline.git.revision",
    f"{_APP}user_name": "pipeline.event.github.sender.login",
    f"{_APP}user_username": "pipeline.event.github.sender.login",
    f"{_APP}branch": "pipeline.git.branch",
}


@rule(
    "pipeline-value-ended",
    summary="pipeline value that is no longer filled",
    severity=Severity.MEDIUM,
    refs=("CWE-477", "CWE-691", "CICD-SEC-1"),
)
def pipeline_value_ended(config: Config) -> Iterator[Finding]:
    """Report pipeline values whose support has ended, in conditions and elsewhere."""
    for node in _scalars(config.root):
        decides = bool(_CONDITIONS.intersection(node.path))
        for start, name in _names(node, decides):
            if not name.startswith(ENDED):
                continue
            effect = "the condition goes the other way" if decides else "the text lacks it"
            successor = _SUCCESSORS.get(name, "pipeline.event.…")
            yield pipeline_value_ended.finding(
                node.within(start, start + len(name)),
                f"the pipeline value '{name}' has not been supported since 1 August 2026: where it "
                f"is empty, {effect}",
                severity=Severity.MEDIUM if decides else Severity.LOW,
                hint=f"use '{successor}'",
                subject=name,
            )


def _names(node: Node, bare: bool) -> Iterator[tuple[int, str]]:
    parts = [(one.start, one.end) for one in templates(node.text) if one.kind != "escape"]
    for start, end in parts or ([(0, len(node.text))] if bare else []):
        for match in _NAME.finditer(node.text, start, end):
            yield match.start(), match[0]


def _scalars(root: Node) -> Iterator[Node]:
    stack, seen = [root], {id(root)}
    while stack:
        node = stack.pop()
        if node.is_scalar and not node.verbatim and "pipeline." in node.value:
            yield node
        for one in (*node.items, *(value for _, value in node.pairs)):
            if id(one) not in seen:
                seen.add(id(one))
                stack.append(one)
