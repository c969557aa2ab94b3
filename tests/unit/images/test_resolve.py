"""Many questions at once: bounded in time, and what is known is not asked again."""

from __future__ import annotations

from typing import Iterator

import pytest

from secguard.images.lock import Entry
from secguard.images.resolve import Answers, resolve
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
