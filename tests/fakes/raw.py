"""A server on 127.0.0.1 that sends bytes, and so breaks every rule that a library keeps."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Callable, Iterable

Script = Callable[[str, str], "Iterable[bytes]"]
"""Gives what to send for a method and a path."""


class Raw:
    """The running server: `log` has what was asked for, `sent` how many bytes it got rid of."""

    scheme = "http"

    def __init__(self, script: Script) -> None:
        self.script = script
        self.log: list[tuple[str, str]] = []
        self.sent = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                link, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with contextlib.suppress(OSError), link, link.makefile("rb") as stream:
            line = stream.readline(65_536).decode("latin-1").split()
            while stream.readline(65_536).strip():
                pass
            if len(line) == 3:
                self.log.append((line[0], line[1]))
                for part in self.script(line[0], line[1]):
                    if self._closed.is_set():
                        return
                    link.sendall(part)
                    self.sent += len(part)
