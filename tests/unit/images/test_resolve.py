"""Many questions at once: bounded in time, and what is known is not asked again."""

from __future__ import annotations

import threading
import time
from typing import Iterator

import pytest

from secguard.images.lock import Entry
from secguard.images.resolve import WORKERS, Answers, resolve, spread
from secguard.net.failure import Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client
from secguard.oci.reference import parse
from tests.fakes.registry import Registry

DAY = "2026-11-22"


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        yield registry


def ask(registry: Registry, *names: str, known: dict[str, Entry] | None = None) -> Answers:
    hosts = frozenset((registry.host,))
    wire = Wire(Network(hosts, hosts, pause=0.01), 20)
    wanted = {name: parse(f"{registry.host}/{name}") for name in names}
    try:
        return resolve(Client(wire, lambda _: None), wanted, known or {}, DAY, wire.end)
    finally:
        wire.close()


def test_each_name_gets_its_entry(registry: Registry) -> None:
    digests = {f"a/b:{number}": registry.image("a/b", str(number)) for number in range(20)}
    answers = ask(registry, *digests)
    assert {
        name: answer.entry.digest for name, answer in answers.items() if answer.entry
    } == digests
    entry = answers["a/b:0"].entry
    assert entry is not None
    assert (entry.created, entry.platforms) == ("2026-09-01", ("linux/amd64", "linux/arm64"))
    assert entry.resolved == DAY


def test_a_digest_that_is_known_costs_one_head(registry: Registry) -> None:
    registry.image("a/b", "1")
    first = ask(registry, "a/b:1")["a/b:1"].entry
    assert first is not None
    registry.log.clear()
    assert ask(registry, "a/b:1", known={"x": first})["a/b:1"].entry == first
    assert [method for method, _, _ in registry.log] == ["HEAD"]


def test_one_failure_leaves_the_others_alone(registry: Registry) -> None:
    registry.image("a/b", "1")
    answers = ask(registry, "a/b:1", "a/b:2")
    assert answers["a/b:1"].entry is not None
    assert answers["a/b:2"].failure is Failure.MISSING
    assert not answers["a/b:2"].unknown


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
    assert spread(lambda key: key, [], "late", 0.0) == {}
