"""The work of one node: one project after the other, whatever becomes of each."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import Callable, Iterable

from secguard.finding import Location, Problem
from secguard.sweep.plan import Task
from secguard.sweep.record import Record

WORKERS = 4
"""Projects that are waited for at the same time."""

Look = Callable[[str], Record]
"""Looks at a project, given by its slug."""


@dataclass
class Progress:
    """How far a node has come."""

    total: int
    done: int = 0
    problems: int = 0
    """Projects of which something could not be read."""
    began: float = 0.0

    def line(self, now: float) -> str:
        """Say it in one line; the time that is left is a guess from the time that went by."""
        shown = f"sweep: {self.done:,} of {self.total:,} projects"
        if self.problems:
            shown += f", {self.problems:,} not wholly read"
        left = self.total - self.done
        if left and self.done:
            seconds = (now - self.began) / self.done * left
            shown += f", about {seconds / 60:.0f} min left" if seconds > 90 else ", nearly there"
        return shown


def work(
    tasks: Iterable[Task],
    look: Look,
    keep: Callable[[Record], None],
    tell: Callable[[Progress], None],
    end: float,
) -> Progress:
    """Look at projects until all had their turn, or no new one may begin.

    `keep` gets each record as soon as it is there, never two at a time. `end` is the moment, of
    the monotonic clock, after which no project begins.
    """
    todo = deque(tasks)
    progress = Progress(len(todo), began=time.monotonic())
    lock = threading.Lock()
    failed: list[BaseException] = []

    def one_after_the_other() -> None:
        while not failed and time.monotonic() < end:
            try:
                task = todo.popleft()
            except IndexError:
                return
            try:
                record = _looked(look, task.slug)
                with lock:
                    keep(record)
                    progress.done += 1
                    progress.problems += any(not one.tolerated for one in record.problems)
                    tell(progress)
            except BaseException as error:  # told by the one who waits
                failed.append(error)

    threads = [threading.Thread(target=one_after_the_other, daemon=True) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return progress


def _looked(look: Look, slug: str) -> Record:
    began = time.monotonic()
    try:
        record = look(slug)
    except Exception as error:
        # NOTE: the text of the exception may quote what it failed on.
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        line = f" at line {trace.tb_lineno}" if trace is not None else ""
        message = f"the project could not be looked at: {type(error).__name__}{line}"
        hint = "please report it; the other projects are not touched by it"
        record = Record(slug, problems=(Problem(Location(f"project:{slug}"), message, hint),))
    return replace(record, seconds=time.monotonic() - began)
