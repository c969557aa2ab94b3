"""How a running command tells its filter a secret that it has just learnt."""

from __future__ import annotations

import os
import socket
from typing import Collection, Iterator

from secguard.errors import UsageError

_LONGEST = 65_536
_LONGEST_PATH = 100
_SECONDS = 10.0
_DONE = b"masked"


class Control:
    """The filter's end: a socket in a folder that only this user can enter."""

    def __init__(self, folder: str) -> None:
        """Open the socket below a folder for temporary files."""
        self._folder = os.path.join(folder, f"secguard-{os.urandom(8).hex()}")
        if len(self._folder) > _LONGEST_PATH:
            self._folder = os.path.join("/tmp", os.path.basename(self._folder))  # noqa: S108
        os.mkdir(self._folder, 0o700)
        self.path = os.path.join(self._folder, "mask")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.bind(self.path)
        self._socket.listen()
        self._told: dict[socket.socket, bytes] = {}

    def sockets(self) -> list[socket.socket]:
        """Give what to wait for."""
        return [self._socket, *self._told]

    def read(self, ready: Collection[object]) -> Iterator[tuple[bytes, socket.socket]]:
        """Read what is there; give each complete value, with who waits for `confirm`."""
        for one in self.sockets():
            if one not in ready:
                continue
            if one is self._socket:
                self._accept()
                continue
            try:
                data = one.recv(_LONGEST)
            except OSError:
                data = b""
            value = self._told.pop(one, b"") + data
            if len(value) > _LONGEST:
                one.close()
            elif data:
                self._told[one] = value
            else:
                yield value, one

    def _accept(self) -> None:
        try:
            caller, _ = self._socket.accept()
        except OSError:
            return
        caller.setblocking(False)
        self._told[caller] = b""

    def confirm(self, caller: socket.socket) -> None:
        """Say to a caller that its value is hidden from now on."""
        try:
            caller.sendall(_DONE)
        except OSError:
            pass
        caller.close()

    def close(self) -> None:
        """Remove the socket and its folder."""
        for one in self.sockets():
            one.close()
        try:
            os.unlink(self.path)
            os.rmdir(self._folder)
        except OSError:
            pass


def tell(path: str, value: bytes) -> None:
    """Tell the filter behind a socket to hide a value; raise UsageError where it does not."""
    if len(value) > _LONGEST:
        raise UsageError("the value is too long to be masked", "mask the secret part of it")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_SECONDS)
        try:
            connection.connect(path)
            connection.sendall(value)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(len(_DONE))
        except OSError:
            answer = b""
    if answer != _DONE:
        raise UsageError(
            "no filter answers, so the value is not masked", "use it below `secguard run`"
        )
