"""Shares questions among threads, for a limited time."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Callable, Iterable, TypeVar

WORKERS = 8

K = TypeVar("K", int, str)
T = TypeVar("T")


def spread(
    ask: Callable[[K], T], keys: Iterable[K], late: T, end: float, workers: int = WORKERS
) -> dict[K, T]:
    """Call a function for many keys in several threads; `late` stands for what took too long.

    Threads that hang, as in the look-up of a name, are left behind: they never hold the run up.
    """
    todo = deque(sorted(keys))
    found = dict.fromkeys(todo, late)
    done = threading.Semaphore(0)
    count, closed = len(todo), threading.Event()

    def work() -> None:
        while not closed.is_set():
            try:
                key = todo.popleft()
            except IndexError:
                return
            try:
                answer = ask(key)
                if not closed.is_set():
                    found[key] = answer
            except Exception as error:  # told by the one who waits
                failed.append(error)
            done.release()

    failed: list[Exception] = []
    for _ in range(min(workers, count)):
        threading.Thread(target=work, daemon=True).start()
    for _ in range(count):
        if not done.acquire(timeout=max(0.0, end - time.monotonic())):
            break
    closed.set()
    if failed:
        raise failed[0]
    return dict(found)
