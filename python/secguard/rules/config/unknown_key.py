"""A top-level key that CircleCI ignores."""

from __future__ import annotations

import difflib
from typing import Iterator

from secguard.circleci.config import TOP_LEVEL, Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.source.node import Node

_SECTIONS = sorted(TOP_LEVEL)


@rule(
    "unknown-key",
    summary="a top-level key that looks like a typing mistake and is ignored",
    severity=Severity.MEDIUM,
    refs=("CWE-1164", "CICD-SEC-7"),
)
def unknown_key(config: Config) -> Iterator[Finding]:
    """Report unknown top-level keys that are nearly a known one.

    CircleCI ignores unknown top-level keys without a word; people keep anchors under such keys,
    so only one that is nearly a section and defines no anchor that is used is reported.
    """
    if config.kind != "config":
        return
    known = set(config.root.entries())
    for key, value in config.root.pairs:
        if not key.is_scalar or key.type == "merge" or key.value in TOP_LEVEL:
            continue
        near = difflib.get_close_matches(key.value, _SECTIONS, n=1, cutoff=0.8)
        if not near or near[0] in known or _anchored(config.root, value):
            continue
        yield unknown_key.finding(
            key.location(),
            f"CircleCI ignores the unknown top-level key {key.value!r} without a word, so what "
            "stands below it never runs",
            hint=f"write {near[0]!r}",
            subject=key.value,
        )


def _anchored(root: Node, value: Node) -> bool:
    inside = _ids(value)
    return any(
        id(one) in inside
        for key, other in root.pairs
        if other is not value
        for one in _nodes(other)
    )


def _ids(node: Node) -> set[int]:
    return {id(one) for one in _nodes(node)}


def _nodes(node: Node) -> Iterator[Node]:
    seen: set[int] = set()
    stack = [node]
    while stack:
        one = stack.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            stack.extend(one.items)
            stack.extend(value for _, value in one.pairs)
