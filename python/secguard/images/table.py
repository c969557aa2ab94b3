"""Shows the images of a checkout: as a table for people, as JSON for programs."""

from __future__ import annotations

import json
from typing import Any

from secguard.circleci.lifecycle import CONVENIENCE, machine_image, remote_docker, xcode
from secguard.circleci.values import HOLE
from secguard.images.check import Images
from secguard.images.use import Use, short
from secguard.oci.tags import is_moving
from secguard.sanitize import printable

_HEADS = ("PLACE", "USE", "IMAGE", "PIN", "STATUS")


def pin_of(use: Use) -> str:
    """Say how firmly a use names its content."""
    reference = use.reference
    if use.open:
        return "open"
    if reference is None:
        return "" if use.fault else "name"
    if reference.digest:
        return "digest"
    return "moving" if is_moving(reference.tag) else "tag"


def status_of(images: Images, use: Use) -> str:
    """Say what is known of a use without asking anybody."""
    judge = {"machine": machine_image, "xcode": xcode, "remote-docker": remote_docker}
    if use.kind in judge:
        ended = None if use.open else judge[use.kind](use.text)
        return (
            "open" if use.open else "" if ended is None else "removed" if ended.gone else "ending"
        )
    reference = use.reference
    if reference is None:
        return "malformed"
    verdict, _ = images.policy.verdict(reference, HOLE)
    if verdict is False:
        return "denied"
    if verdict is None or not use.key:
        return "open"
    namespace, _, name = reference.path.partition("/")
    if reference.domain == "docker.io" and namespace == "circleci" and name in CONVENIENCE:
        return "ended"
    locked = images.lock.entries.get(use.key) if images.lock is not None else None
    if locked is None:
        return "not locked" if images.lock is not None else ""
    return "mismatch" if reference.digest not in ("", locked.digest) else "locked"


def as_text(images: Images) -> str:
    """Write a table with one line for each use."""
    rows = [_HEADS]
    for use in images.uses:
        text = printable(short(use.text))
        rows.append((_place(use), use.kind, text, pin_of(use), status_of(images, use)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "".join(f"{line}\n" for line in lines if images.uses) or "No images are named.\n"


def as_json(images: Images) -> str:
    """Write one object for each use."""
    return json.dumps([_plain(images, use) for use in images.uses], indent=2) + "\n"


def _plain(images: Images, use: Use) -> dict[str, Any]:
    span, reference = use.where.span, use.reference
    return {
        "uri": use.where.uri,
        "span": [span.line, span.column, span.end_line, span.end_column] if span else None,
        "kind": use.kind,
        "text": use.text,
        "name": reference.name if reference is not None else "",
        "tag": reference.tag.replace(HOLE, "") if reference is not None else "",
        "digest": reference.digest.replace(HOLE, "") if reference is not None else "",
        "key": use.key,
        "pin": pin_of(use),
        "status": status_of(images, use),
        "orb": use.orb,
        "platform": use.platform,
        "exposed": use.exposed,
    }


def _place(use: Use) -> str:
    span = use.where.span
    return f"{use.where.uri}:{span.line}:{span.column}" if span else use.where.uri
