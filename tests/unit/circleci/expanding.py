"""Short ways to expand a text and to say what it comes to."""

from __future__ import annotations

from typing import Any

from secguard.circleci.compiled import compiled
from secguard.circleci.expand import Settled, expand
from secguard.circleci.model import Expansion, Job, Step
from secguard.circleci.orbs import OrbStore
from secguard.finding import Location
from secguard.source.node import Node
from secguard.source.text import TextFile
from secguard.source.tree import parse


def root_of(text: str, uri: str = "config.yml") -> Node:
    return parse(TextFile(uri, text))


def orbs_of(sources: dict[str, str]) -> OrbStore:
    """Serve orbs from texts, by reference."""
    return OrbStore((lambda name: TextFile(name, sources[name]) if name in sources else None,))


def expanded(
    text: str,
    orbs: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
    *,
    defaults: bool = False,
) -> Expansion:
    return expand(root_of(text), orbs_of(orbs or {}), Settled(values or {}, defaults))


def clean(text: str, orbs: dict[str, str] | None = None, **values: Any) -> Expansion:
    """Expand what CircleCI accepts."""
    expansion = expanded(text, orbs, **values)
    assert errors(expansion) == []
    return expansion


def plain(text: str, orbs: dict[str, str] | None = None, **values: Any) -> dict[str, Any]:
    """Give what a config that CircleCI accepts comes to, as plain data."""
    return compiled(clean(text, orbs, **values))


def errors(expansion: Expansion, text: str = "") -> list[str]:
    """List the errors as `what stands at the place: message`."""
    return [f"{shown(error.where, text)}: {error.message}" for error in expansion.errors]


def shown(place: Location, text: str) -> str:
    """Give what stands at a place; line and column where the text is not given."""
    span = place.span
    if span is None:
        return place.uri
    rows = text.splitlines()[span.line - 1 : span.end_line]
    if not rows:
        return str(span)
    rows[-1] = rows[-1][: span.end_column - 1]
    rows[0] = rows[0][span.column - 1 :]
    return " ".join(rows)


def job_of(expansion: Expansion, name: str) -> Job:
    (job,) = [job for job in expansion.jobs if job.name == name]
    return job


def told(step: Step) -> str:
    """Say a step in short: the command of a `run`, the kind of anything else."""
    return step.command.display if step.command else step.kind


def steps_of(expansion: Expansion, name: str) -> list[str]:
    return [told(step) for step in job_of(expansion, name).steps]


JOBS = """\
version: 2.1
parameters:
  flag: {type: boolean, default: false}
  name: {type: string, default: ""}
  stage: {type: enum, enum: [dev, prod], default: dev}
  count: {type: integer, default: 3}
"""
"""The beginning of a config with one pipeline parameter of each type."""


def with_steps(steps: str, more: str = "") -> str:
    """Put steps, given at the margin, into the only job of a config."""
    inner = "".join(f"      {line}\n" for line in steps.strip("\n").split("\n"))
    return (
        f"{JOBS}{more}jobs:\n  job:\n    machine: {{image: default}}\n    steps:\n{inner}"
        "workflows:\n  main:\n    jobs: [job]\n"
    )
