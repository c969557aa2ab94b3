"""Puts supported images in the place of old ones."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.lifecycle import CONVENIENCE, UBUNTU, machine_image
from secguard.fix.edit import Edit, Fix
from secguard.fix.places import Task
from secguard.fix.yaml_text import INDENT, column, line_break, scalar_edits
from secguard.source.node import Node

_LEGACY = re.compile(
    r"circleci/(?P<name>[a-z-]+):(?P<version>\d+\.\d+(?:\.\d+)?)"
    r"(?:-(?:jessie|stretch|buster|bullseye))?(?P<variant>-[a-z-]+)?",
    re.ASCII,
)
_VARIANTS = {None: "", "-node": "-node", "-browsers": "-browsers", "-node-browsers": "-browsers"}


def image_legacy(task: Task) -> Iterator[Fix]:
    """Take the same version of the successor; unsafe, since nobody promises that it is there."""
    for node in _scalars(task):
        found = _LEGACY.fullmatch(node.value)
        successor = CONVENIENCE.get(found["name"], "") if found else ""
        if found and successor.startswith("cimg/") and found["variant"] in _VARIANTS:
            new = f"{successor}:{found['version']}{_VARIANTS[found['variant']]}"
            yield _fix("image-legacy", task, node, new)


def machine_image_unsupported(task: Task) -> Iterator[Fix]:
    """Take a supported machine image; unsafe, since other software is on it."""
    for node in _scalars(task):
        if node.type == "bool" and node.path[-1:] == ("machine",):
            yield _named(task, node)
            continue
        ended = machine_image(node.value) if node.type == "str" else None
        if ended is not None and ended.instead and node.path[-1:] == ("image",):
            yield _fix("machine-image-unsupported", task, node, ended.instead)


def _scalars(task: Task) -> Iterator[Node]:
    for spot in sorted(task.spots):
        node = task.tree.values.get(spot)
        if node is not None and node.is_scalar:
            yield node


def _fix(rule: str, task: Task, node: Node, new: str) -> Fix:
    changes = [(0, len(node.value), new)]
    edits = scalar_edits(node, changes, task.tree.in_flow(node))
    return Fix(rule, f"takes {new}", node.location(), node.file, edits, ((node.path, new),), False)


def _named(task: Task, node: Node) -> Fix:
    key = task.tree.keys[node.file.uri, node.path]
    if task.tree.in_flow(node):
        edit = Edit(node.start, node.end, f'{{image: "{UBUNTU}"}}')
    else:
        colon = node.file.text.find(":", key.end) + 1
        pad = line_break(node) + " " * (column(key) + INDENT)
        edit = Edit(colon, node.end, f"{pad}image: {UBUNTU}")
    return Fix(
        "machine-image-unsupported",
        f"takes {UBUNTU}",
        node.location(),
        node.file,
        (edit,),
        ((node.path, {"image": UBUNTU}),),
        False,
    )
