"""Orbs that are imported and not used."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.finding import Finding, Severity
from secguard.rule import rule
from secguard.rules.config._sightings import own
from secguard.source.node import Node


@rule(
    "orb-unused",
    summary="orb that nothing uses",
    severity=Severity.LOW,
    refs=("CWE-1164", "CICD-SEC-3"),
)
def orb_unused(config: Config) -> Iterator[Finding]:
    """Report orbs whose alias begins no name in the config."""
    if config.kind == "fragment":
        return  # NOTE: what uses the orb stands in the other files
    named = frozenset(_prefixes(config.root))
    section = config.root.get("orbs")
    for orb in config.expansion.orbs:
        packed = orb.reference is None and not orb.seen
        if packed or not own(orb.orb) or orb.alias in named:
            continue
        key = section.key(orb.alias) if section is not None and not orb.orb else None
        yield orb_unused.finding(
            (key or orb.node).location(),
            f"nothing uses the orb '{orb.alias}', and every pipeline still depends on it",
            hint="remove it",
            subject=orb.alias,
        )


def _prefixes(root: Node) -> Iterator[str]:
    stack, seen = [root], {id(root)}
    while stack:
        node = stack.pop()
        inner = [one for pair in node.pairs for one in pair] if node.is_map else list(node.items)
        if node.is_scalar and "/" in node.value:
            yield node.value.partition("/")[0]
        for one in inner:
            if id(one) not in seen:
                seen.add(id(one))
                stack.append(one)
