"""A node: every project has its turn, whatever becomes of the others."""

from __future__ import annotations

import threading
import time

import pytest

from secguard.finding import Location, Problem
from secguard.sweep.node import Progress, work
from secguard.sweep.plan import Task
from secguard.sweep.record import Record

TASKS = [Task(f"gh/acme/{number}") for number in range(50)]
LATER = time.monotonic() + 600


def _nothing(_: object) -> None:
    pass


def test_every_project_is_looked_at_once() -> None:
    kept: list[Record] = []
    progress = work(TASKS, Record, kept.append, _nothing, LATER)
    assert sorted(record.slug for record in kept) == sorted(task.slug for task in TASKS)
    assert (progress.done, progress.problems) == (50, 0)


def test_a_project_that_fails_is_a_problem_and_the_others_go_on() -> None:
    def look(slug: str) -> Record:
        if slug.endswith("/7"):
            raise KeyError("canary-value")
        return Record(slug)

    kept: list[Record] = []
    progress = work(TASKS, look, kept.append, _nothing, LATER)
    (failed,) = [record for record in kept if record.problems]
    assert failed.slug == "gh/acme/7"
    assert "KeyError" in failed.problems[0].message
    assert "canary" not in repr(failed)
    assert (progress.done, progress.problems) == (50, 1)


def test_no_project_begins_after_the_end() -> None:
    assert work(TASKS, Record, _nothing, _nothing, time.monotonic() - 1).done == 0


def test_records_are_kept_one_at_a_time() -> None:
    inside = threading.Semaphore(1)

    def keep(_: Record) -> None:
        assert inside.acquire(blocking=False)
        time.sleep(0.001)
        inside.release()

    assert work(TASKS, Record, keep, _nothing, LATER).done == 50


def test_a_file_that_cannot_be_written_ends_the_node() -> None:
    def keep(_: Record) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        work(TASKS, Record, keep, _nothing, LATER)


def test_progress_says_how_much_is_left() -> None:
    assert Progress(10, 4, began=0.0).line(400.0) == ("sweep: 4 of 10 projects, about 10 min left")
    assert Progress(1, 1, 1, 0.0).line(9.0) == "sweep: 1 of 1 projects, 1 not wholly read"


def test_tolerated_problems_are_not_counted() -> None:
    problem = Problem(Location("x"), "m", tolerated=True)
    progress = work([TASKS[0]], lambda s: Record(s, problems=(problem,)), _nothing, _nothing, LATER)
    assert progress.problems == 0
