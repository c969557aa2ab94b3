"""Which jobs wait for which, and which run for a push."""

from __future__ import annotations

import textwrap

import pytest

from secguard.circleci.config import make_config
from secguard.circleci.events import Event
from secguard.circleci.gates import running
from secguard.circleci.model import Job
from secguard.circleci.order import Order
from secguard.source.text import TextFile
from secguard.source.tree import parse

HEAD = """\
version: 2.1
jobs:
  job:
    docker: [{image: cimg/base:2026.08}]
    steps: [checkout]
workflows:
  main:
    jobs:
"""
TAGS = "{tags: {only: /v.*/}, branches: {ignore: /.*/}}"
BOTH = "{tags: {only: /v.*/}}"
MAIN = "{branches: {only: main}}"


def _order(*jobs: str) -> Order:
    listed = [f"- job: {{name: {job.replace(' <- ', ', requires: ')}}}" for job in jobs]
    text = HEAD + textwrap.indent("\n".join(listed), "      ")
    config = make_config(parse(TextFile("config.yml", text)), "config")
    return Order(config.expansion.workflows[0])


def _names(jobs: tuple[Job, ...]) -> set[str]:
    return {job.name for job in jobs}


def test_jobs_come_after_those_that_they_require() -> None:
    order = _order("c <- [a, b]", "b <- [a]", "a", "d <- [c, a]")
    assert [job.name for job in order.sorted] == ["a", "b", "c", "d"]


def test_a_circle_is_cut() -> None:
    order = _order("a <- [b]", "b <- [c]", "c <- [a]", "d <- [a]")
    assert {job.name for job in order.sorted} == {"a", "b", "c", "d"}


def test_what_is_before_and_after_a_job_is_found_through_others() -> None:
    order = _order("a", "b <- [a]", "c <- [b]", "d", "e <- [d, c]")
    jobs = {job.name: job for job in order.jobs}
    assert _names(order.before(jobs["e"])) == {"a", "b", "c", "d"}
    assert _names(order.after(jobs["a"])) == {"b", "c", "e"}
    assert _names(order.after(jobs["a"], lambda job: job.name != "b")) == {"b"}
    assert order.before(jobs["a"]) == order.after(jobs["e"]) == ()


@pytest.mark.parametrize(
    ("jobs", "branch", "tag", "runs"),
    [
        (["a", "b <- [a]"], "main", "", {"a": True, "b": True}),
        (["a", "b <- [a]"], "", "v1", {"a": False, "b": False}),
        ([f"a, filters: {BOTH}", f"b <- [a], filters: {TAGS}"], "", "v1", {"a": True, "b": True}),
        ([f"a, filters: {BOTH}", f"b <- [a], filters: {TAGS}"], "x", "", {"a": True, "b": False}),
        (["a", f"b <- [a], filters: {TAGS}"], "", "v1", {"a": False, "b": False}),
        (
            [f"a, filters: {BOTH}", "b", f"c <- [a, b], filters: {TAGS}"],
            "",
            "v1",
            {"a": True, "b": False, "c": True},
        ),
        ([f"a, filters: {MAIN}", "b <- [a]"], "other", "", {"a": False, "b": False}),
        (["a, filters: {branches: {only: /(x+)+/}}", "b <- [a]"], "y", "", {"a": None, "b": None}),
    ],
)
def test_a_push_runs_the_jobs_whose_filters_and_needs_allow_it(
    jobs: list[str], branch: str, tag: str, runs: dict[str, bool | None]
) -> None:
    order = _order(*jobs)
    found = running(order, Event(branch or None, tag, "webhook"), {})
    assert {job.name: found[id(job)] for job in order.jobs} == runs
