"""Lists the fingerprints that the user names."""

from __future__ import annotations

import json
from typing import Iterator

from secguard.fix.edit import Data, Edit, Fix, Path
from secguard.fix.places import Task
from secguard.fix.yaml_text import INDENT, column, line_break, line_end
from secguard.source.node import Node


def ssh_keys_unrestricted(task: Task) -> Iterator[Fix]:
    """Add `fingerprints` to every `add_ssh_keys` that has none, if some were named."""
    for step, key in task.steps("add_ssh_keys") if task.fingerprints else ():
        body = step.node.get("add_ssh_keys")
        if body is not None and body.type != "null":
            continue
        wanted: Data = {"fingerprints": list(task.fingerprints)}
        path: Path = (*step.node.path, "add_ssh_keys")
        if body is None:
            path, wanted = step.node.path, {"add_ssh_keys": wanted}
        edit = _edit(key, body, task.tree.in_flow(key), task.fingerprints)
        yield Fix(
            "ssh-keys-unrestricted",
            "lists the fingerprints",
            key.location(),
            key.file,
            (edit,),
            ((path, wanted),),
        )


def _edit(key: Node, body: Node | None, flow: bool, fingerprints: tuple[str, ...]) -> Edit:
    written = [json.dumps(one) for one in fingerprints]
    if flow:
        inner = f"{{fingerprints: [{', '.join(written)}]}}"
        if body is None:
            return Edit(key.start, key.end, f"{{add_ssh_keys: {inner}}}")
        colon = key.file.text.find(":", key.end) + 1
        return Edit(colon, max(colon, body.end), f" {inner}")
    pad = line_break(key) + " " * (column(key) + INDENT)
    items = "".join(f"{pad}{' ' * INDENT}- {one}" for one in written)
    start = key.end
    end = line_end(key, start)
    head = ":" if body is None else ""
    tail = key.file.text[start:end]
    return Edit(start, end, f"{head}{tail}{pad}fingerprints:{items}")
