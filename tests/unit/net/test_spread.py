"""Questions are shared among threads, and none that hangs holds the others up."""

from __future__ import annotations

import threading
import time

import pytest

from secguard.net.spread import WORKERS, spread


def test_at_most_so_many_are_asked_at_once() -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    def work(key: str) -> str:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.005)
        with lock:
            running[0] -= 1
        return key

    keys = [str(number) for number in range(50)]
    found = spread(work, keys, "late", time.monotonic() + 20)
    assert found == {key: key for key in keys}
    assert most[0] <= WORKERS


def test_what_hangs_is_left_behind() -> None:
    hang = threading.Event()

    def work(key: str) -> str:
        if key == "slow":
            hang.wait(30)
        return "done"

    started = time.monotonic()
    found = spread(work, ["a", "slow"], "late", started + 0.1)
    hang.set()
    assert found == {"a": "done", "slow": "late"}


def test_an_error_that_nobody_expects_is_not_lost() -> None:
    def work(key: str) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        spread(work, ["a"], "late", time.monotonic() + 5)


def test_nothing_to_ask_asks_nothing() -> None:
    keys: list[str] = []
    assert spread(str.upper, keys, "late", 0.0) == {}
