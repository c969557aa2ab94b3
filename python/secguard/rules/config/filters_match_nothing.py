"""A job that its filters, or those of the jobs that it requires, never let run."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.model import Job
from secguard.circleci.order import Order
from secguard.circleci.values import Mapped, Scalar, Value, members
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule

_EVERYTHING = frozenset(("/.*/", "/^.*$/", "/^.*/", "/.*$/", "/.+/"))


@rule(
    "filters-match-nothing",
    summary="a job that its filters never let run",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-1164", "CICD-SEC-1"),
)
def filters_match_nothing(config: Config) -> Iterator[Finding]:
    """Report jobs for tags only that wait for jobs without a tag filter, and jobs for nothing."""
    for workflow in config.expansion.workflows:
        order = Order(workflow)
        tagged: dict[int, bool] = {}
        for job in order.sorted:
            needed = [one for _, one in order.required(job)]
            runs = not needed or any(tagged.get(id(one), True) for one in needed)
            tagged[id(job)] = _for_tags(job) and runs
            if not isinstance(job.filters, Mapped) or not _no_branch(job.filters.get("branches")):
                continue
            if not _for_tags(job):
                yield filters_match_nothing.finding(
                    job.filters.node.location(),
                    f"{job.name!r} never runs: its filter leaves out every branch and names no tag",
                    hint="correct the filter, or remove the job",
                    subject=job.name,
                )
            elif not runs and len(needed) == len(job.requires):
                yield filters_match_nothing.finding(
                    job.filters.node.location(),
                    f"{job.name!r} never runs: it is for tags only, and no job that it requires "
                    "runs for a tag",
                    hint="give the jobs that it requires the same filter for tags",
                    related=tuple(
                        one.invocation.location(f"{one.name!r} does not run for tags")
                        for one in needed
                        if one.invocation is not None
                    ),
                    subject=job.name,
                )


def _for_tags(job: Job) -> bool:
    """Say whether a job can run for a tag, as far as its own filter goes."""
    if isinstance(job.filters, Scalar):
        return job.filters.type != "null"
    return isinstance(job.filters, Mapped) and not _no_tag(job.filters.get("tags"))


def _no_tag(tags: Value | None) -> bool:
    return tags is None or _no_branch(tags)


def _no_branch(section: Value | None) -> bool:
    """Say whether a section of a filter lets no name through."""
    if not isinstance(section, Mapped):
        return False
    ignored = {one.text for one in members(section.get("ignore")) if isinstance(one, Scalar)}
    return not ignored.isdisjoint(_EVERYTHING)
