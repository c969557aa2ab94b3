"""A registry of orbs on 127.0.0.1: answers as CircleCI's does, or in ways that it should not."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Iterator, Mapping


@dataclass(frozen=True)
class Reply:
    """What the registry answers to a question for one orb."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    """Seconds before the headers and before each piece of the body."""


def orb(source: str, version: str = "1.2.3") -> Reply:
    """Answer with an orb's source."""
    return Reply(
        json.dumps({"data": {"orbVersion": {"version": version, "source": source}}}).encode()
    )


def nothing() -> Reply:
    """Answer as for an orb that is not there, or not public."""
    return Reply(b'{"data": {"orbVersion": null}}')


class Registry:
    """The running registry: where it is, and what it was asked."""

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        self.replies = dict(replies)
        self.asked: list[str] = []
        """The references in the order they were asked for."""
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        """Method, path, headers and decoded body of every request."""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


def _handler(registry: Registry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            registry.requests.append((self.command, self.path, dict(self.headers), body))
            reference = body["variables"]["ref"]
            registry.asked.append(reference)
            self._answer(registry.replies.get(reference, nothing()))

        def do_GET(self) -> None:
            registry.requests.append((self.command, self.path, dict(self.headers), None))
            self._answer(Reply(b"{}"))

        def _answer(self, reply: Reply) -> None:
            with contextlib.suppress(OSError):  # a client that gives up closes first
                time.sleep(reply.pause)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                size = 1 if reply.pause else len(reply.body) or 1
                for at in range(0, len(reply.body), size):
                    self.wfile.write(reply.body[at : at + size])
                    self.wfile.flush()
                    time.sleep(reply.pause)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextlib.contextmanager
def serving(replies: Mapping[str, Reply]) -> Iterator[Registry]:
    """Run a registry for as long as it is needed."""
    registry = Registry(replies)
    thread = threading.Thread(target=registry.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        registry.server.shutdown()
        registry.server.server_close()
        thread.join()
