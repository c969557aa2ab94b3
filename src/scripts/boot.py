"""Unpacks the bundle that the orb carries; runs as `python3 -c`, before anything else is there."""

from __future__ import annotations

import base64
import hashlib
import os
import shlex
import sys
import tempfile
import zlib


class _BootError(Exception):
    """A reason not to go on, for people."""


def _unpack() -> bytes:
    chunks: list[str] = []
    while f"SECGUARD_BUNDLE_{len(chunks)}" in os.environ:
        chunks.append(os.environ[f"SECGUARD_BUNDLE_{len(chunks)}"])
    try:
        archive = zlib.decompress(base64.b64decode("".join(chunks), validate=True))
    except (ValueError, zlib.error):
        archive = b""
    if hashlib.sha256(archive).hexdigest() != os.environ["SECGUARD_SHA256"]:
        raise _BootError("the bundle in this orb is damaged: its SHA-256 is not the one it had")
    return archive


def _write(archive: bytes) -> str:
    path = os.path.join(tempfile.mkdtemp(prefix="secguard-"), "secguard.pyz")
    with open(path, "xb") as file:
        file.write(archive)
    return path


def _tell_next_steps(path: str) -> None:
    with open(os.environ["BASH_ENV"], "a", encoding="utf-8") as file:
        # The line before may have no end.
        file.write(f"\nexport SECGUARD_PYTHON={shlex.quote(sys.executable)}\n")
        file.write(f"export SECGUARD_PYZ={shlex.quote(path)}\n")


def _main() -> None:
    try:
        archive = _unpack()
        if not os.environ.get("BASH_ENV"):
            raise _BootError("BASH_ENV is not set, so later steps can't find the checker")
        _tell_next_steps(_write(archive))
    except (_BootError, OSError) as error:
        sys.exit(_failed(error))
    version = ".".join(map(str, sys.version_info[:3]))
    sys.stdout.write(f"secguard is ready: {sys.executable} ({version})\n")
    sys.stdout.write(f"sha256 of its bundle: {os.environ['SECGUARD_SHA256']}\n")


def _failed(error: Exception) -> int:
    sys.stderr.write(f"secguard: {error}\n")
    return 3


_main()
