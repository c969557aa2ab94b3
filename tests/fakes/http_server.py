"""A server on 127.0.0.1 whose answers a function gives, and which fails as it is told to."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Iterator, Mapping, NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """By name in lower case."""
    body: bytes
    moment: float
    """When it came, of the monotonic clock."""


@dataclass
class Reply:
    """An answer: data as JSON, text and bytes as they are."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        if isinstance(self.body, str):
            return self.body.encode()
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Fault:
    """What goes wrong with answers whose path matches.

    `status` answers so, `cut` breaks off in the body, `silent` closes without a word, `html` and
    `garbage` and `deep` and `digits` and `huge` send that, `slow` drips, `stall` sends the head
    alone, `endless` names ever new next pages and `again` the same one, `redirect` leads elsewhere,
    `rename` gives keys other names, `swap` turns hyphens in keys into underscores and back, `bare`
    sends the list without what it stands in, `text` a text.
    """

    kind: str
    path: str = ""
    times: int = -1
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.02


class Server:
    """A running server: where it is, what it was asked, and what goes wrong next."""

    def __init__(
        self, answer: Callable[[Asked], Reply], tls: tuple[str, str] | None = None
    ) -> None:
        self.answer = answer
        self.faults: list[Fault] = []
        self.log: list[Asked] = []
        self.counter = itertools.count(1)
        self._lock = threading.Lock()
        self.server = _Server(("127.0.0.1", 0), _handler(self))
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self.server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def fail(self, kind: str, path: str = "", **more: Any) -> None:
        """Have answers fail from now on; `times` says how many."""
        self.faults.append(Fault(kind, path, **more))

    def asked(self, part: str = "") -> list[str]:
        """List the paths that were asked for, in their order."""
        return [one.path for one in self.log if part in one.path]

    def knows(self, secret: str) -> bool:
        """Say whether a secret came along with any request, anywhere in it."""
        return any(secret in repr(one) for one in self.log)

    def fault(self, asked: Asked) -> Fault | None:
        """Take down a request and find what goes wrong with it."""
        with self._lock:
            self.log.append(asked)
            for fault in self.faults:
                if fault.times and re.search(fault.path, asked.path):
                    fault.times -= 1
                    return fault
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients that give up are what is tested."""


def _handler(owner: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        server_of_tests = owner

    return Handler


class _Handler(BaseHTTPRequestHandler):
    server_of_tests: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        owner = self.server_of_tests
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        asked = Asked(self.command, parts.path, query, headers, body, time.monotonic())
        fault = owner.fault(asked)
        with contextlib.suppress(OSError):
            if fault is None:
                self._send(owner.answer(asked))
            else:
                self._fail(fault, lambda: owner.answer(asked))

    def _send(self, reply: Reply) -> None:
        data = reply.data
        self.send_response(reply.status)
        plain = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**plain, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _fail(self, fault: Fault, answer: Callable[[], Reply]) -> None:
        kind = fault.kind
        if kind == "status":
            self._send(Reply({"message": "no"}, fault.status, fault.headers))
        elif kind == "redirect":
            self._send(Reply(b"", 302, fault.headers))
        elif kind == "silent":
            self.close_connection = True
        elif kind in ("cut", "slow", "stall"):
            self._broken(kind, answer().data, fault.pause)
        elif kind in _BODIES:
            self._send(Reply(_BODIES[kind]()))
        else:
            self._send(self._changed(fault, answer()))

    def _broken(self, kind: str, data: bytes, pause: float) -> None:
        self.close_connection = True
        length = len(data) + (kind != "slow")
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length)
        self.wfile.flush()
        for at in range(len(data) if kind == "slow" else 0):
            self.wfile.write(data[at : at + 1])
            self.wfile.flush()
            time.sleep(pause)
        if kind == "cut":
            self.wfile.write(data[: len(data) // 2])
        elif kind == "stall":
            time.sleep(pause)

    def _changed(self, fault: Fault, reply: Reply) -> Reply:
        body = reply.body
        if fault.kind in ("endless", "again") and isinstance(body, dict):
            number = next(self.server_of_tests.counter) if fault.kind == "endless" else 0
            if "data" in body:
                body = {**body, "page": {"next": f"next-{number}"}}
            else:
                body = {**body, "next_page_token": f"next-{number}"}
        elif fault.kind == "rename":
            body = renamed(body, lambda name: fault.names.get(name, name))
        elif fault.kind == "swap":
            body = renamed(body, lambda name: name.translate(_SWAP))
        elif fault.kind == "bare":
            body = body.get("items", body.get("data"))
        elif fault.kind == "text":
            body = json.dumps("text").encode()
        return Reply(body, reply.status, reply.headers)


_SWAP = str.maketrans("-_", "_-")
_BODIES: Mapping[str, Callable[[], bytes]] = {
    "html": lambda: b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "garbage": lambda: b"\x00\xff\xfe" * 50,
    "deep": lambda: b"[" * 200_000,
    "digits": lambda: b'{"items": [' + b"9" * 2_000_000 + b"]}",
    "huge": lambda: b'{"items": [], "x": "' + b"x" * 17_000_000 + b'"}',
}


def renamed(data: Any, name: Callable[[str], str]) -> Any:
    """Give the keys of data other names, at every depth."""
    if isinstance(data, dict):
        return {name(key): renamed(one, name) for key, one in data.items()}
    return [renamed(one, name) for one in data] if isinstance(data, list) else data


@contextlib.contextmanager
def serving(
    answer: Callable[[Asked], Reply], tls: tuple[str, str] | None = None
) -> Iterator[Server]:
    """Run a server for as long as it is needed."""
    with Server(answer, tls) as server:
        yield server
