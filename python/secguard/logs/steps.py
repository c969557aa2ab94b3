"""What a job did: its steps, each with the command and the address of what it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator

from secguard.api.client import Api, path
from secguard.api.fields import Item, flag, has, items, number, raw
from secguard.api.slugs import old
from secguard.logs.jobs import Job
from secguard.net.failure import AskError, Failure


@dataclass(frozen=True)
class Step:
    """One step of one of the nodes that a job ran on."""

    uri: str
    """The place that findings name, as CircleCI's pages number steps: `NODE-STEP NAME`."""
    command: str | None
    """None where it is not known whether there is one."""
    url: str
    """Where its output lies, signed and for a short time; empty where there is none."""
    has_output: bool
    is_cut: bool
    """True where CircleCI has kept only a part of the output."""


def steps(api: Api, job: Job) -> tuple[Step, ...]:
    """Ask what a job did; raise AskError where the answer cannot be used."""
    found = api.get(path("/api/v1.1/project/{}/{}", old(job.slug), str(job.number)))
    listed = items(found, "steps")
    if listed is None:
        raise AskError(Failure.UNTRUSTED, "answers without the field 'steps'")
    return tuple(
        step for place, item in enumerate(listed) for step in _of_all_nodes(job, place, item)
    )


def _of_all_nodes(job: Job, place: int, item: Item) -> Iterator[Step]:
    actions = items(item, "actions")
    if actions is None:
        raise AskError(Failure.UNTRUSTED, "answers without the field 'actions'")
    for action in actions:
        step = number(action, "step")
        name = raw(action, "name") or raw(item, "name") or ""
        url = raw(action, "output_url") or ""
        command = raw(action, "bash_command", "command") or ""
        yield Step(
            f"{job.uri}!{number(action, 'index') or 0}-{place if step is None else step} "
            f"{name}".rstrip(),
            command if has(action, "bash_command", "command") else None,
            url,
            bool(url) or flag(action, "has_output") is not False,
            flag(action, "truncated") is True,
        )
