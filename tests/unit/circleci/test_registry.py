"""The orb registry: asked once for each orb, and never believed when it answers oddly."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Iterator
from urllib.parse import urlsplit

import pytest

from secguard.circleci.expand import expand
from secguard.circleci.model import Expansion
from secguard.circleci.orbs import OrbStore
from secguard.circleci.registry import MAX_ANSWER, registry
from secguard.errors import SecguardError, UsageError
from secguard.net.wire import Network, Wire
from tests.fakes.registry_orbs import Registry, Reply, nothing, orb, serving
from tests.unit.circleci.expanding import root_of, steps_of

ORB = "version: 2.1\ncommands:\n  say:\n    steps: [{run: from the orb}]\n"
CONFIG = """\
version: 2.1
orbs:
  tools: acme/tools@1.2
jobs:
  job:
    machine: {image: default}
    steps: [tools/say]
workflows:
  main:
    jobs: [job]
"""


MADE: list[Wire] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while MADE:
        MADE.pop().close()


def _wire(url: str) -> Wire:
    hosts = frozenset({urlsplit(url).netloc})
    MADE.append(Wire(Network(hosts, hosts, timeout=0.5, pause=0.01), 20))
    return MADE[-1]


def _expanded(server: Registry, keep: Path | None = None, text: str = CONFIG) -> Expansion:
    fetch = registry(_wire(server.url), server.url, keep)
    return expand(root_of(text), OrbStore((fetch,)))


def test_an_orb_is_asked_for_and_seen_through() -> None:
    with serving({"acme/tools@1.2": orb(ORB)}) as server:
        expansion = _expanded(server)
    assert steps_of(expansion, "job") == ["from the orb"]
    assert expansion.opaque == ()
    (found,) = expansion.orbs
    assert (found.seen, found.source) == (True, "acme/tools@1.2.3")
    (request,) = server.requests
    method, path, headers, body = request
    assert (method, path) == ("POST", "/graphql-unstable")
    assert body["variables"] == {"ref": "acme/tools@1.2"}
    assert not {"authorization", "circle-token", "cookie"} & {name.lower() for name in headers}


def test_an_exact_version_is_kept_and_not_asked_for_again(tmp_path: Path) -> None:
    text = CONFIG.replace("@1.2", "@1.2.3")
    with serving({"acme/tools@1.2.3": orb(ORB)}) as server:
        for _ in range(2):
            assert steps_of(_expanded(server, tmp_path, text), "job") == ["from the orb"]
    assert server.asked == ["acme/tools@1.2.3"]
    assert (tmp_path / "acme" / "tools@1.2.3.yml").read_text(encoding="utf-8") == ORB


@pytest.mark.parametrize("version", ["dev:first", "../../x", "1.2", "volatile", "x" * 200])
def test_nothing_but_exact_versions_is_kept(version: str, tmp_path: Path) -> None:
    with serving({"acme/tools@1.2": orb(ORB, version)}) as server:
        assert steps_of(_expanded(server, tmp_path), "job") == ["from the orb"]
    assert list(tmp_path.rglob("*")) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with serving({"acme/tools@1.2": orb(ORB)}) as server:
        expansion = _expanded(server, blocked)
    (error,) = expansion.errors
    assert error.incomplete
    assert "it cannot be kept in" in error.message


def test_an_orb_that_is_not_there_stays_unseen() -> None:
    with serving({}) as server:
        expansion = _expanded(server)
    assert expansion.opaque == ("acme/tools@1.2",)
    assert [step.kind for step in expansion.jobs[0].steps] == ["call"]
    assert expansion.errors == ()


HUGE = b'{"data": "' + b"x" * (MAX_ANSWER + 1) + b'"}'
ODD = {
    "not found": (Reply(b"", 404), "status 404"),
    "failing": (Reply(b"{}", 500), "status 500"),
    "refused": (Reply(b"{}", 403), "status 403"),
    "a page": (Reply(b"<html>Sign in</html>"), "no JSON"),
    "nested": (Reply(b"[" * 100_000), "no JSON"),
    "too large": (Reply(HUGE), "more than"),
    "elsewhere": (Reply(b"", 302, {"Location": "http://127.0.0.1:9/steal"}), "status 302"),
    "slow": (Reply(b'{"data": {}}', pause=0.2), "no answer in time"),
    "silent": (Reply(b"", pause=2.0), "no answer in time"),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_a_problem_and_no_guess(name: str) -> None:
    reply, words = ODD[name]
    with serving({"acme/tools@1.2": reply}) as server:
        expansion = _expanded(server)
    assert expansion.opaque == ("acme/tools@1.2",)
    (error,) = expansion.errors
    assert error.incomplete
    assert error.message.startswith("the orb 'acme/tools@1.2' cannot be read: 127.0.0.1 ")
    assert words in error.message
    assert len(server.requests) == (3 if name in ("failing", "slow", "silent") else 1)


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b'"text"',
        b'{"errors": [{"message": "no"}]}',
        b'{"data": null}',
        b'{"data": {"orbVersion": []}}',
        b'{"data": {"orbVersion": {"version": 1, "source": "x"}}}',
        b'{"data": {"orbVersion": {"version": "1.0.0", "source": null}}}',
    ],
)
def test_an_answer_without_a_source_leaves_the_orb_unseen(body: bytes) -> None:
    with serving({"acme/tools@1.2": Reply(body)}) as server:
        expansion = _expanded(server)
    assert expansion.opaque == ("acme/tools@1.2",)
    assert expansion.errors == ()


@pytest.mark.parametrize("source", ["a: [", "a: \x00", "\ud800", "a: &x [*x]", "- " * 300 + "a"])
def test_a_source_that_is_no_yaml_is_a_problem(source: str, tmp_path: Path) -> None:
    with serving({"acme/tools@1.2": orb(source, "volatile")}) as server:
        expansion = _expanded(server, tmp_path)
    assert expansion.opaque == ("acme/tools@1.2",)
    (error,) = expansion.errors
    assert error.incomplete


@pytest.mark.parametrize("source", ["", "text", "[a]", "version: 2.1\n", "commands: [say]\n"])
def test_a_source_without_the_command_is_an_error(source: str) -> None:
    with serving({"acme/tools@1.2": orb(source)}) as server:
        expansion = _expanded(server)
    assert [error.message for error in expansion.errors] == [
        "cannot find a definition for command named tools/say"
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "https://orbs.example/tools.yml",
        "acme/tools",
        "acme/tools@1.2?x",
        "../acme/tools@1.2",
        "acme/tools@<< pipeline.git.branch >>",
        "ACME/tools@1",
    ],
)
def test_nothing_else_is_asked(reference: str) -> None:
    with serving({}) as server:
        expansion = _expanded(server, text=CONFIG.replace("acme/tools@1.2", reference))
    assert server.requests == []
    assert expansion.opaque == (reference,)


def test_an_orb_is_asked_for_once_however_often_it_is_imported() -> None:
    outer = "version: 2.1\norbs: {x: acme/inner@1.0.0, y: acme/inner@1.0.0, z: acme/gone@1.0.0}\n"
    more = "  a: acme/outer@1.0.0\n  b: acme/outer@1.0.0\n  c: acme/gone@1.0.0\n"
    text = CONFIG.replace("orbs:\n", f"orbs:\n{more}")
    with serving(
        {
            "acme/outer@1.0.0": orb(outer, "1.0.0"),
            "acme/inner@1.0.0": orb(ORB, "1.0.0"),
            "acme/tools@1.2": orb(ORB),
        }
    ) as server:
        _expanded(server, text=text)
    assert sorted(server.asked) == [
        "acme/gone@1.0.0",
        "acme/inner@1.0.0",
        "acme/outer@1.0.0",
        "acme/tools@1.2",
    ]


def test_orbs_that_import_each_other_come_to_an_end() -> None:
    text = CONFIG.replace("acme/tools@1.2", "acme/a@1.0.0")
    other = "version: 2.1\norbs: {o: acme/%s@1.0.0}\ncommands: {say: {steps: [o/say]}}\n"
    with serving(
        {
            "acme/a@1.0.0": orb(other % "b", "1.0.0"),
            "acme/b@1.0.0": orb(other % "a", "1.0.0"),
        }
    ) as server:
        expansion = _expanded(server, text=text)
    assert server.asked == ["acme/a@1.0.0", "acme/b@1.0.0"]
    assert [step.kind for step in expansion.jobs[0].steps] == ["call"]
    assert expansion.opaque == ("acme/b@1.0.0",)


def test_a_host_that_does_not_answer_is_asked_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = CONFIG.replace("orbs:\n", "orbs:\n  a: acme/a@1.0.0\n  b: acme/b@1.0.0\n")
    url = f"http://127.0.0.1:{port}"
    expansion = expand(root_of(text), OrbStore((registry(_wire(url), url),)))
    assert len(expansion.errors) == 3
    assert all("cannot be reached" in error.message for error in expansion.errors)


def test_a_registry_that_fails_is_not_asked_for_every_orb() -> None:
    text = CONFIG.replace("orbs:\n", "orbs:\n  a: acme/a@1.0.0\n  b: acme/b@1.0.0\n")
    failing = Reply(b"", 503)
    orbs = ("acme/a@1.0.0", "acme/b@1.0.0", "acme/tools@1.2")
    with serving(dict.fromkeys(orbs, failing)) as server:
        expansion = _expanded(server, text=text)
    assert len(expansion.errors) == 3
    assert len(server.requests) == Network().attempts


@pytest.mark.parametrize(
    "said", [b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200, b""]
)
def test_what_is_no_http_is_a_failure_like_any_other(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            for _ in range(3):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(said)

        thread = threading.Thread(target=speak)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(SecguardError, match=r"127\.0\.0\.1 breaks the answer off"):
            registry(_wire(url), url)("acme/tools@1.2")
        thread.join()


@pytest.mark.parametrize(
    "host",
    ["http://orbs.example", "ftp://127.0.0.1", "file:///etc/passwd", "http://[", "orbs.example"],
)
def test_no_host_is_asked_without_tls(host: str) -> None:
    with pytest.raises(UsageError):
        registry(Wire(Network(plain=frozenset({"orbs.example"})), 1), host)


def test_a_reply_that_is_nothing_is_nothing() -> None:
    assert b"null" in nothing().body
