"""Pushes that tell the filters of a workflow's jobs apart."""

from __future__ import annotations

from itertools import islice
from typing import Iterator

from secguard.circleci.events import ANY_BRANCH, Event
from secguard.circleci.model import Workflow
from secguard.circleci.values import HOLE, Mapped, Scalar, Value, members

_TAGS = ("v1.2.3", "1.2.3", "v1.2.3-rc.1", "release-1.2.3", "release/1.2.3")
_PUSH = "webhook"
_MOST = 20


def pushes(workflow: Workflow) -> Iterator[Event]:
    """Yield pushes of every branch and tag that the filters name, and of some that they do not."""
    for branch in (ANY_BRANCH, *_most("main", "master", named=_named(workflow, "branches"))):
        yield Event(branch, source=_PUSH)
    for tag in _most(*_TAGS, named=_named(workflow, "tags")):
        yield Event(tag=tag, source=_PUSH)


def _most(*usual: str, named: Iterator[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys((*usual, *named)), _MOST))


def _named(workflow: Workflow, kind: str) -> Iterator[str]:
    for job in workflow.jobs:
        section = job.filters.get(kind) if isinstance(job.filters, Mapped) else None
        for one in _texts(section):
            if one and HOLE not in one and not one.startswith("/"):
                yield one


def _texts(section: Value | None) -> Iterator[str]:
    if isinstance(section, Mapped):
        for key in ("only", "ignore"):
            yield from _texts(section.get(key))
        return
    for one in members(section):
        if isinstance(one, Scalar):
            yield one.assumed
