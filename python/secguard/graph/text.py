"""The exposure graph as text."""

from __future__ import annotations

from typing import Any, Iterator

from secguard.sanitize import printable


def render(data: dict[str, Any]) -> str:
    """Write each workflow with its jobs, and below each job what it is exposed to."""
    return "".join(f"{line}\n" for line in _lines(data))


def _lines(data: dict[str, Any]) -> Iterator[str]:
    yield printable(data["file"])
    for workflow in data["workflows"]:
        state = "" if workflow["runs"] else " (never runs)"
        yield f"workflow {printable(workflow['name'])}{state}"
        for job in workflow["jobs"]:
            yield from _job(job)
    if data["opaque"]:
        yield "not looked into: " + ", ".join(printable(name) for name in data["opaque"])


def _job(job: dict[str, Any]) -> Iterator[str]:
    kind = "" if job["type"] == "build" else f" ({printable(job['type'])})"
    yield f"  {printable(job['name'])}{kind}"
    if job["requires"]:
        yield "    after       " + ", ".join(printable(name) for name in job["requires"])
    approval = ", after an approval" if job["approval"] else ""
    yield f"    started by  {job['started_by']}{approval}"
    holds = [f"context {name}" for name in job["contexts"]]
    holds += [f"${name}" for name in job["secrets"]]
    holds += ["SSH keys"] if job["ssh_keys"] else []
    if holds:
        yield "    holds       " + ", ".join(printable(one) for one in holds)
    if job["foreign"]:
        parts = (
            f"{one['kind']} {one['name']}" + ("" if one["pinned"] else " (not pinned)")
            for one in job["foreign"]
        )
        yield "    runs        " + ", ".join(printable(one) for one in parts)
    for outlet in job["outlets"]:
        paths = ", ".join(printable(path) for path in outlet["paths"])
        yield f"    gives away  {paths} ({outlet['kind']})"
