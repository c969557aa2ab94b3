"""`secguard logs` reads output and artifacts that are larger than the memory it may take."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator

import pytest

from tests.acceptance.audited import audit
from tests.acceptance.scanned import CANARY
from tests.fakes.circleci import CircleCI
from tests.fakes.circleci_state import Job, Step
from tests.fakes.http_server import Asked, Reply

LINE = "\x1b[2m12:01:59\x1b[0m GET /assets/app.3f9c1e.js 200 in 12 ms \u2713 12 of 80\r\n"
SIZE = 200_000_000
MEMORY = 320 << 20


def small_messages() -> Iterator[bytes]:
    """Write an array of many messages, the last of which leaks."""
    message = json.dumps({"message": LINE * 8, "time": "2026-11-25T10:00:00Z", "type": "out"}) + ","
    block = message.encode() * 200
    yield b"["
    for _ in range(SIZE // len(block)):
        yield block
    yield json.dumps({"message": f"{CANARY}\n", "type": "out"}).encode() + b"]"


def one_message() -> Iterator[bytes]:
    """Write an array of one message that is very long and leaks at its end."""
    block = json.dumps(LINE)[1:-1].encode() * 2000
    yield b'[{"type":"out","message":"'
    for _ in range(SIZE // len(block)):
        yield block
    yield CANARY.encode() + b'"}]'


@contextmanager
def serving(output: Callable[[], Iterable[bytes]]) -> Iterator[str]:
    """Serve an output without ever holding all of it."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Keep the tests' output clean."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            for piece in output():
                self.wfile.write(piece)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.skipif(sys.platform != "linux", reason="no limit for memory here")
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
@pytest.mark.parametrize("output", [small_messages, one_message])
def test_an_output_of_200_mb_takes_little_memory(
    tmp_path: Path, output: Callable[[], Iterable[bytes]]
) -> None:
    with CircleCI() as fake, serving(output) as host:
        fake.org.project("shop").pipeline(Job("build", [Step("Build", "long")]))
        whole = fake.api.answer

        def answer(asked: Asked) -> Reply:
            reply = whole(asked)
            if "/api/v1.1/" in asked.path:
                reply.body["steps"][0]["actions"][0]["output_url"] = f"http://{host}/"
            return reply

        fake.api.answer = answer
        limit = ("bash", "-c", f'ulimit -v {MEMORY >> 10}; exec "$@"', "bash")
        hosts = ("--plain-host", host, "--private-host", host)
        wanted = ("--job", "gh/acme/shop/100", "--output-format", "json")
        done = audit(tmp_path, fake, *hosts, *wanted, before=limit)
        assert done.stderr == ""
        (one,) = json.loads(done.stdout)["findings"]
        assert one["where"]["span"]["line"] > 1_000_000
