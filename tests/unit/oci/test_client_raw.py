"""The client against bytes that are no HTTP, no JSON, or too much: bounded, and never believed."""

from __future__ import annotations

import gzip
import json
import resource
import time
from itertools import count, repeat
from typing import Any, Iterable, Iterator

import pytest

from secguard.net.failure import AskError, Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client
from secguard.oci.content import MAX_MANIFEST, parse_json, parse_manifest
from secguard.oci.reference import Reference, parse
from tests.fakes.raw import Raw
from tests.fakes.registry import CONFIG, INDEX, MANIFEST, digest
from tests.unit.images.checkouts import DIGEST
from tests.unit.oci.asking import MADE

IMAGE: dict[str, Any] = {
    "schemaVersion": 2,
    "mediaType": MANIFEST,
    "config": {"mediaType": CONFIG, "digest": DIGEST, "size": 1},
    "layers": [],
}
LIST: dict[str, Any] = {"schemaVersion": 2, "mediaType": INDEX, "manifests": []}
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def asking(raw: Raw, timeout: float = 1.0) -> tuple[Client, Reference]:
    hosts = frozenset((raw.host,))
    MADE.append(Wire(Network(hosts, hosts, timeout=timeout, pause=0.01), 10))
    return Client(MADE[-1], lambda _: None), parse(f"{raw.host}/acme/app:1")


def failure(*parts: bytes | Iterable[bytes]) -> AskError:
    """Ask for a manifest, be sent these bytes, and give the error that has to come."""

    def script(method: str, path: str) -> Iterator[bytes]:
        for part in parts:
            yield from (part,) if isinstance(part, bytes) else part

    with Raw(script) as raw:
        client, reference = asking(raw)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(AskError) as caught:
            client.details(reference, DIGEST)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
        return caught.value


def with_body(body: bytes, *headers: str) -> bytes:
    lines = (*headers, f"Content-Length: {len(body)}")
    return OK + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


TOO_MUCH = {
    "a chunk of negative size": [CHUNKED, b"-1\r\n", repeat(b" " * 65_536)],
    "a chunk of absurd size": [CHUNKED, b"f" * 15 + b"\r\n", repeat(b" " * 65_536)],
    "a body without end": [OK, b"\r\n", repeat(b" " * 65_536)],
    "trailers without end": [CHUNKED, b"0\r\n", repeat(b"X: " + b"1" * 60_000 + b"\r\n")],
    "more than it may": [with_body(b" " * (MAX_MANIFEST + 1))],
}
NO_ANSWER = {
    "only that it goes on": [repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 100_000)],
    "too many headers": [OK, repeat(b"X: 1\r\n", 1_000), b"\r\n"],
    "a header that is too long": [OK, b"X: " + b"1" * 100_000 + b"\r\n\r\n"],
    "no status": [b"hello\r\n\r\n"],
    "a status that is none": [b"HTTP/1.1 2000 OK\r\n\r\n"],
    "a chunk of no size": [CHUNKED, b"x\r\n"],
    "less than it says": [OK, b"Content-Length: 100\r\n\r\n{}"],
    "nothing": [],
    "a redirect to nowhere": [b"HTTP/1.1 307 x\r\nContent-Length: 0\r\n\r\n"],
}


@pytest.mark.parametrize("parts", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_who_sends_too_much_is_cut_off(parts: list[Any]) -> None:
    assert failure(*parts).failure is Failure.UNTRUSTED


@pytest.mark.parametrize("parts", NO_ANSWER.values(), ids=NO_ANSWER.keys())
def test_what_is_no_answer_is_none(parts: list[Any]) -> None:
    started = time.monotonic()
    assert failure(*parts).failure in (Failure.UNREACHABLE, Failure.UNTRUSTED)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "https://",
        "https://user:pass@127.0.0.1/",
        "https://[::1",
        "https://127.0.0.1:99999/",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "//127.0.0.1:1/",
    ],
)
def test_a_redirect_that_leads_astray_is_not_followed(target: str) -> None:
    head = f"HTTP/1.1 302 x\r\nContent-Length: 0\r\nLocation: {target}\r\n\r\n"
    assert failure(head.encode()).failure is Failure.UNTRUSTED


def test_a_body_that_is_packed_is_not_what_the_digest_says() -> None:
    body = gzip.compress(json.dumps(IMAGE).encode())
    sent = with_body(body, f"Content-Type: {MANIFEST}", "Content-Encoding: gzip")
    assert failure(sent).failure is Failure.UNTRUSTED


def test_an_answer_to_a_head_that_has_a_body_spoils_no_other_answer() -> None:
    body = json.dumps(LIST).encode()
    named = digest(body)
    told = (f"Content-Type: {INDEX}", f"Docker-Content-Digest: {named}")

    def script(method: str, path: str) -> Iterator[bytes]:
        yield with_body(body, *told)

    with Raw(script) as raw:
        client, reference = asking(raw)
        for _ in range(3):
            assert client.head(reference).digest == named
            assert client.details(reference, named).created == ""


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_digests_none_is_believed(turned: bool) -> None:
    body = json.dumps(LIST).encode()
    both = [f"Docker-Content-Digest: {one}" for one in (digest(body), DIGEST)]

    def script(method: str, path: str) -> Iterator[bytes]:
        yield with_body(body, f"Content-Type: {INDEX}", *(both[::-1] if turned else both))

    with Raw(script) as raw:
        client, reference = asking(raw)
        with pytest.raises(AskError) as caught:
            client.head(reference)
        assert caught.value.failure is Failure.UNTRUSTED


def test_a_header_that_stands_twice_with_one_value_is_that_value() -> None:
    twice = (f"Content-Type: {INDEX}", f"Docker-Content-Digest: {DIGEST}") * 2

    def script(method: str, path: str) -> Iterator[bytes]:
        yield with_body(b"", *twice)

    with Raw(script) as raw:
        client, reference = asking(raw)
        assert client.head(reference) == (DIGEST, INDEX)


def test_more_tags_than_a_repository_has_are_not_kept() -> None:
    body = json.dumps({"tags": ["t"] * 190_000}).encode()
    turn = count()

    def script(method: str, path: str) -> Iterator[bytes]:
        yield with_body(body, f"Link: </v2/acme/app/tags/list?last={next(turn)}>; rel=next")

    with Raw(script) as raw:
        client, reference = asking(raw)
        with pytest.raises(AskError) as caught:
            client.tags(reference)
        assert caught.value.failure is Failure.UNTRUSTED
        assert len(raw.log) == 2


def test_tags_on_pages_without_end_are_not_read_without_end() -> None:
    body = b'{"name": "acme/app", "tags": ["1"]}'
    link = 'Link: </v2/acme/app/tags/list?last=1>; rel="next"'

    def script(method: str, path: str) -> Iterator[bytes]:
        yield with_body(body, link)

    with Raw(script) as raw:
        client, reference = asking(raw)
        with pytest.raises(AskError) as caught:
            client.tags(reference)
        assert caught.value.failure is Failure.UNTRUSTED
        assert len(raw.log) <= 300


@pytest.mark.parametrize(
    "body",
    [
        b'{"schemaVersion": ' + b"9" * 3_000_000 + b"}",
        b"[" + b"[]," * 1_000_000 + b"[]]",
        b"[" * 200_000,
        b'{"a": 1, "a": 2}',
        b'{"a": 1',
        b"\xff\xfe\xff",
        b"",
    ],
    ids=["digits", "lists", "deep", "twice", "half", "no text", "nothing"],
)
def test_json_that_costs_too_much_or_says_two_things_is_refused_at_once(body: bytes) -> None:
    with pytest.raises(AskError) as caught:
        parse_json(body)
    assert caught.value.failure is Failure.UNTRUSTED


@pytest.mark.parametrize(
    "data",
    [
        {**IMAGE, "Manifests": []},
        {**IMAGE, "FSLayers": []},
        {**IMAGE, "Config": {}},
        {**IMAGE, "config": {**IMAGE["config"], "Digest": "sha256:" + "0" * 64}},
        {**IMAGE, "MediaType": INDEX},
        {**IMAGE, "mediaType": INDEX},
        {**IMAGE, "manifests": []},
        {**IMAGE, "schemaVersion": 1},
        {**IMAGE, "config": {"digest": "sha256:12"}},
        {**IMAGE, "config": []},
    ],
)
def test_a_manifest_that_programs_read_in_two_ways_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(AskError) as caught:
        parse_manifest(json.dumps(data).encode(), MANIFEST)
    assert caught.value.failure is Failure.UNTRUSTED


@pytest.mark.parametrize(
    "data",
    [
        {**LIST, "Layers": []},
        {**LIST, "layers": []},
        {**LIST, "manifests": [{"digest": DIGEST, "Digest": DIGEST}]},
        {**LIST, "manifests": [{"digest": "md5:12"}]},
        {**LIST, "manifests": [{"digest": DIGEST}] * 1_001},
        {**LIST, "manifests": {}},
    ],
)
def test_a_list_that_programs_read_in_two_ways_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(AskError) as caught:
        parse_manifest(json.dumps(data).encode(), INDEX)
    assert caught.value.failure is Failure.UNTRUSTED


def test_what_is_as_it_should_be_is_read() -> None:
    assert parse_manifest(json.dumps(IMAGE).encode(), MANIFEST).config == DIGEST
    assert parse_manifest(json.dumps(LIST).encode(), INDEX).children == ()
