"""Shows how old secrets are: as a table for people, as JSON for programs."""

from __future__ import annotations

import json
import math
from typing import Any, Sequence

from secguard.access.rotation import Judged
from secguard.sanitize import printable

_HEADS = ("CHANGED", "AGE", "LIMIT", "STATUS", "KIND", "OWNER", "NAME")


def as_text(secrets: Sequence[Judged]) -> str:
    """Write a table with one line for each secret, and a line that counts them."""
    rows = [_HEADS, *map(_row, secrets)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    states = ("overdue", "due", "ok", "unknown", "exempt")
    counts = {state: sum(one.status == state for one in secrets) for state in states}
    told = ", ".join(f"{number} {state}" for state, number in counts.items() if number)
    return "\n".join((*lines, "", f"{len(secrets)} secrets: {told or 'none'}", ""))


def as_json(secrets: Sequence[Judged]) -> str:
    """Write one object for each secret."""
    return json.dumps([_plain(one) for one in secrets], indent=2) + "\n"


def _row(one: Judged) -> tuple[str, ...]:
    secret = one.secret
    return (
        secret.changed.isoformat() if secret.changed is not None else "-",
        "-" if one.age is None else f"{one.age}d",
        "never" if one.limit == math.inf else f"{one.limit:g}d",
        f"{one.status}, incident" if one.incident else one.status,
        secret.kind.replace("_", " "),
        printable(secret.owner),
        printable(secret.name),
    )


def _plain(one: Judged) -> dict[str, Any]:
    secret = one.secret
    return {
        "kind": secret.kind,
        "owner": secret.owner,
        "name": secret.name,
        "changed": secret.changed.isoformat() if secret.changed is not None else None,
        "age": one.age,
        "limit": None if one.limit == math.inf else one.limit,
        "status": one.status,
        "incident": one.incident,
        "likely_secret": one.likely,
    }
