"""A key that stands twice in one mapping."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.source.node import Node


@rule(
    "duplicate-key",
    summary="the same key twice in one mapping",
    severity=Severity.MEDIUM,
    refs=("CWE-694", "CICD-SEC-7"),
)
def duplicate_key(config: Config) -> Iterator[Finding]:
    """Report keys that an earlier key of the same mapping already has, merge keys left out."""
    seen: set[int] = set()
    stack = [config.root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.is_map:
            yield from _twice(node)
            stack.extend(value for _, value in node.pairs)
        stack.extend(node.items)


def _twice(node: Node) -> Iterator[Finding]:
    first: dict[str, Node] = {}
    for key, _ in node.pairs:
        if not key.is_scalar or key.type == "merge":
            continue
        known = first.setdefault(key.value, key)
        if known is not key:
            yield duplicate_key.finding(
                key.location("this one counts for YAML readers that do not refuse it"),
                f"the key {key.value!r} stands twice in one mapping, so a reviewer may read one "
                "value while the other counts",
                hint="remove one of them; CircleCI refuses a config with a key twice",
                related=(known.location("and it stands here first"),),
                subject=key.value,
            )
