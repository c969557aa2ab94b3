"""The pace: what a server asks one thread for holds for all, and nobody waits without end."""

from __future__ import annotations

import threading
import time
from typing import Callable

import pytest

from secguard.net.failure import AskError, Failure
from secguard.net.pace import Pace, asked_wait
from secguard.net.wire import Network, Wire
from tests.fakes.http_server import Asked, Reply, Server, serving


def _together(count: int, work: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def _wire(server: Server, attempts: int = 3) -> Wire:
    hosts = frozenset({server.host})
    return Wire(Network(hosts, hosts, pause=0.01, attempts=attempts), 20)


def test_turns_come_no_faster_than_the_rate() -> None:
    pace = Pace(50, 5, time.monotonic() + 20)
    started = time.monotonic()
    _together(20, lambda: pace.take("a"))
    assert time.monotonic() - started >= 19 / 50


def test_the_end_of_the_time_is_not_blamed_on_the_server() -> None:
    pace = Pace(0, 5, time.monotonic() - 1)
    with pytest.raises(AskError, match="the time was up"):
        pace.take("a")


def test_one_server_does_not_hold_another_up() -> None:
    pace = Pace(0.001, 5, time.monotonic() + 20)
    pace.take("a")
    pace.take("b")
    pace.hold("a", 60)
    with pytest.raises(AskError):
        pace.take("a")


@pytest.mark.parametrize(
    "headers",
    [
        {"ratelimit-remaining": "0", "ratelimit-reset": "3600"},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 12},
        {"x-ratelimit-remaining": " 0 ", "x-ratelimit-reset": "9" * 5_000},
    ],
)
def test_a_limit_that_ends_late_is_not_waited_for(headers: dict[str, str]) -> None:
    pace = Pace(0, 5, time.monotonic() + 20)
    pace.heed("a", 200, headers)
    with pytest.raises(AskError) as caught:
        pace.take("a")
    assert caught.value.failure is Failure.LIMITED


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ratelimit-remaining": "1", "ratelimit-reset": "3600"},
        {"ratelimit-remaining": "0"},
        {"ratelimit-remaining": "0;w=21600"},
        {"ratelimit-remaining": "0", "ratelimit-reset": "soon"},
        {"ratelimit-remaining": "0", "ratelimit-reset": "-5"},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1600000000"},
    ],
)
def test_a_limit_that_is_not_reached_or_is_over_holds_nobody(headers: dict[str, str]) -> None:
    pace = Pace(0, 0, time.monotonic() + 20)
    pace.heed("a", 200, headers)
    pace.take("a")


@pytest.mark.parametrize(
    "said, seconds",
    [("0", 0.0), (" 17 ", 17.0), ("", 2.5), ("-1", 2.5), ("1.5", 2.5), ("soon", 2.5)],
)
def test_retry_after_is_read(said: str, seconds: float) -> None:
    assert asked_wait(said, 2.5) == seconds


def test_a_date_that_is_over_is_no_wait() -> None:
    assert asked_wait("Fri, 01 Jan 2010 00:00:00 GMT", 2.5) == 0


def test_what_one_thread_is_told_all_threads_wait_for() -> None:
    with serving(lambda _: Reply({})) as server:
        server.fail("status", times=1, status=429, headers={"Retry-After": "1"})
        wire = _wire(server)
        first = threading.Thread(target=lambda: wire.ask("GET", f"{server.url}/1", {}, 999))
        first.start()
        while not server.log or not wire._pace._held:
            time.sleep(0.005)
        _together(6, lambda: wire.ask("GET", f"{server.url}/2", {}, 999))
        first.join(20)
        wire.close()
    refused, *others = server.log
    assert len(others) == 7
    assert all(asked.moment - refused.moment >= 1 for asked in others)


def test_an_answer_that_is_the_last_for_now_is_heeded() -> None:
    last = {"RateLimit-Remaining": "0", "RateLimit-Reset": "1"}
    with serving(lambda _: Reply({}, headers=last)) as server:
        wire = _wire(server)
        for _ in range(2):
            wire.ask("GET", f"{server.url}/", {}, 999)
        wire.close()
    first, second = server.log
    assert second.moment - first.moment >= 1


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}])
def test_a_storm_ends_for_all_threads(headers: dict[str, str]) -> None:
    failures: list[Failure] = []

    def ask() -> None:
        for _ in range(5):
            with pytest.raises(AskError) as caught:
                wire.ask("GET", f"{server.url}/", {}, 999)
            failures.append(caught.value.failure)

    with serving(lambda _: Reply({})) as server:
        server.fail("status", status=429, headers=headers)
        wire = _wire(server, attempts=5)
        _together(8, ask)
        wire.close()
    assert failures == [Failure.LIMITED] * 40
    assert len(server.log) <= 8 * 5


def test_after_a_storm_that_passes_all_is_answered() -> None:
    with serving(lambda _: Reply({})) as server:
        server.fail("status", times=4, status=429, headers={"Retry-After": "0"})
        wire = _wire(server, attempts=6)
        assert wire.ask("GET", f"{server.url}/", {}, 999).status == 200
        wire.close()


def test_a_server_that_fails_between_its_refusals_lets_nobody_through() -> None:
    with serving(lambda asked: Reply({}, 500 if len(server.log) % 2 else 429)) as server:
        wire = _wire(server, attempts=4)
        with pytest.raises(AskError):
            wire.ask("GET", f"{server.url}/", {}, 999)
        wire.close()
    assert len(server.log) == 4


def test_a_queue_is_waited_in_as_long_as_others_get_through() -> None:
    last = [0.0]
    lock = threading.Lock()

    def one_at_a_time(asked: Asked) -> Reply:
        with lock:
            if asked.moment - last[0] < 0.02:
                return Reply({}, 429, {"Retry-After": "0"})
            last[0] = asked.moment
        return Reply({})

    def ask() -> None:
        for _ in range(3):
            statuses.append(wire.ask("GET", f"{server.url}/", {}, 999).status)

    statuses: list[int] = []
    with serving(one_at_a_time) as server:
        wire = _wire(server, attempts=6)
        _together(8, ask)
        wire.close()
    assert statuses == [200] * 24


@pytest.mark.parametrize("attempts", [1, 4])
def test_a_question_is_asked_no_more_often_than_said(attempts: int) -> None:
    with serving(lambda _: Reply({}, 503)) as server:
        wire = _wire(server, attempts=attempts)
        with pytest.raises(AskError):
            wire.ask("GET", f"{server.url}/", {}, 99)
        wire.close()
    assert len(server.log) == attempts
