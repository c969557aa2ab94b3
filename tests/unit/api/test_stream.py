"""Long bodies: in pieces, bounded in size and time, and nothing broken off for whole."""

from __future__ import annotations

import gzip
from typing import Mapping

import pytest

from secguard.net.failure import Failure
from tests.fakes.http_server import Reply, serving
from tests.unit.api.asking import api_for, failing

BODY = b"0123456789" * 100_000


@pytest.mark.parametrize(
    "body, headers",
    [(BODY, {}), (gzip.compress(BODY, mtime=0), {"Content-Encoding": "gzip"}), (b"", {})],
)
def test_a_body_comes_in_pieces_and_the_connection_is_kept(
    body: bytes, headers: Mapping[str, str]
) -> None:
    with serving(lambda _: Reply(body, headers=headers)) as server:
        api = api_for(server)
        for _ in range(2):
            pieces = list(api.stream(f"{server.url}/x", authorised=False))
            assert b"".join(pieces) == (BODY if body else b"")
            assert all(len(piece) <= 65_536 for piece in pieces)


def test_what_is_not_read_to_its_end_leaves_nothing_open() -> None:
    with serving(lambda _: Reply(BODY)) as server:
        api = api_for(server)
        stream = api.stream(f"{server.url}/x", authorised=False)
        assert next(stream)
        stream.close()  # type: ignore[attr-defined]
        assert b"".join(api.stream(f"{server.url}/x", authorised=False)) == BODY


@pytest.mark.parametrize(
    "body, headers, failure",
    [
        (BODY, {}, Failure.UNTRUSTED),
        (gzip.compress(BODY, mtime=0), {"Content-Encoding": "gzip"}, Failure.UNTRUSTED),
        (b"no gzip", {"Content-Encoding": "gzip"}, Failure.UNTRUSTED),
        (gzip.compress(b"x" * 99, mtime=0)[:-4], {"Content-Encoding": "gzip"}, Failure.UNREACHABLE),
        (b"x", {"Content-Encoding": "br"}, Failure.UNTRUSTED),
    ],
)
def test_too_much_and_what_is_no_body_is_refused(
    body: bytes, headers: Mapping[str, str], failure: Failure
) -> None:
    with serving(lambda _: Reply(body, headers=headers)) as server:
        stream = api_for(server).stream(f"{server.url}/x", authorised=False, limit=1_000)
        assert failing(lambda: list(stream)).failure is failure


@pytest.mark.parametrize("kind", ["cut", "slow", "stall", "silent"])
def test_a_body_that_breaks_off_is_not_a_whole_one(kind: str) -> None:
    with serving(lambda _: Reply(b"x" * 200)) as server:
        server.fail(kind, pause=0.5)
        api = api_for(server, seconds=0.4, timeout=0.2)
        error = failing(lambda: list(api.stream(f"{server.url}/x", authorised=False)))
        assert error.failure is Failure.UNREACHABLE


@pytest.mark.parametrize(
    "status, failure",
    [(403, Failure.FORBIDDEN), (404, Failure.MISSING), (500, Failure.UNREACHABLE)],
)
def test_a_status_says_why_there_is_no_body(status: int, failure: Failure) -> None:
    with serving(lambda _: Reply(b"x", status)) as server:
        stream = api_for(server).stream(f"{server.url}/x", authorised=False)
        assert failing(lambda: list(stream)).failure is failure


def test_a_body_that_is_asked_for_again_comes() -> None:
    with serving(lambda _: Reply(b"x")) as server:
        server.fail("status", times=1, status=503)
        assert list(api_for(server).stream(f"{server.url}/x", authorised=False)) == [b"x"]


def test_an_address_is_sent_with_what_it_cannot_hold_encoded() -> None:
    with serving(lambda _: Reply(b"found")) as server:
        for name in ("a b.txt", "\u00fc.txt", "a%20b+c(1)~.txt?X-Amz=a%2Fb"):
            assert list(api_for(server).stream(f"{server.url}/{name}", authorised=False))
        assert server.asked() == ["/a%20b.txt", "/%C3%BC.txt", "/a%20b+c(1)~.txt"]
        assert server.log[2].query == {"X-Amz": "a/b"}


def test_an_address_with_half_a_character_is_refused() -> None:
    with serving(lambda _: Reply(b"found")) as server:
        url = f"{server.url}/\ud800"
        error = failing(lambda: list(api_for(server).stream(url, authorised=False)))
    assert (error.failure, server.log) == (Failure.UNTRUSTED, [])
