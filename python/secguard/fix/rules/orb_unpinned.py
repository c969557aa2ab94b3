"""Names the exact version of an orb."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.orbs import newest
from secguard.fix.edit import Fix
from secguard.fix.places import Task
from secguard.fix.yaml_text import changed, scalar_edits

_EXACT = re.compile(r"\d+\.\d+\.\d+", re.ASCII)


def orb_unpinned(task: Task) -> Iterator[Fix]:
    """Write the version that the registry gives; unsafe where it is only the newest one at hand."""
    for orb in task.config.expansion.orbs:
        node = orb.node
        if not node.is_scalar or not task.reported(node):
            continue
        name = node.value.partition("@")[0]
        source, _, version = orb.source.partition("@")
        safe = source == name and _EXACT.fullmatch(version) is not None
        if not safe:
            version = newest(task.orb_dir, node.value) if task.orb_dir is not None else ""
        if not version or node.value == f"{name}@{version}":
            continue
        changes = [(len(name), len(node.value), f"@{version}")]
        yield Fix(
            "orb-unpinned",
            f"names the version {version}",
            node.location(),
            node.file,
            scalar_edits(node, changes, task.tree.in_flow(node)),
            ((node.path, changed(node.value, changes)),),
            safe,
        )
