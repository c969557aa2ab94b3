"""Unpacks the bundle that the orb carries; runs as `python3 -c`, before anything else is there."""

from __future__ import annotations

import base64
import hashlib
import lzma
import os
import shlex
import signal
import struct
import sys
import tempfile
import zlib

# The characters that stand for words, which the text begins with.
_CODES = (*range(1, 10), *range(14, 32), *range(127, 2048))


class _BootError(Exception):
    """A reason not to go on, for people."""


def make_zip(files: list[tuple[str, str]]) -> bytes:
    """Write files as a zip without compression: the same files give the same bytes everywhere."""
    body, index = bytearray(), bytearray()
    for name, text in files:
        data, path = text.encode(), name.encode()
        sizes = (len(data), len(data), len(path))
        # Version 2.0, no flags, stored, 1980-01-01 00:00; then made by Unix, mode 0100644.
        entry = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, zlib.crc32(data), *sizes, 0)
        index += struct.pack("<4sH", b"PK\1\2", 0x0314) + entry
        index += struct.pack("<3H2I", 0, 0, 0, 0x81A40000, len(body)) + path
        body += b"PK\3\4" + entry + path + data
    tail = (0, 0, len(files), len(files), len(index), len(body), 0)
    return bytes(body + index + struct.pack("<4s4H2IH", b"PK\5\6", *tail))


def _unpack() -> bytes:
    chunks: list[str] = []
    while f"SECGUARD_BUNDLE_{len(chunks)}" in os.environ:
        chunks.append(os.environ[f"SECGUARD_BUNDLE_{len(chunks)}"])
    try:
        packed = base64.b64decode("".join(chunks), validate=True)
        words, _, text = lzma.decompress(packed).decode().partition("\0")
        # Looking up a character that is not there takes longer than one that stands for itself.
        table = {code: chr(code) for code in range(128)}
        table.update(zip(_CODES, words.split("\n")))
        parts = text.translate(table).split("\0")
    except (ValueError, lzma.LZMAError):
        parts = []
    archive = make_zip(list(zip(parts[::2], parts[1::2])))
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
        for command in ("", *os.environ["SECGUARD_COMMANDS"].upper().split()):
            name = "_".join(("SECGUARD_PYZ", *command.split()))
            file.write(f"export {name}={shlex.quote(path)}\n")


def _compile_ahead(path: str) -> None:
    """Compile the checker while the next steps run; nothing waits for it, and nothing needs it."""
    if os.environ.get("SECGUARD_NO_CACHE") or not hasattr(os, "fork"):
        return
    try:
        if os.fork():
            return
    except OSError:
        return
    try:
        # A step lasts until nobody holds its output any more.
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        os.closerange(3, 1024)
        os.chdir("/")
        os.nice(19)
        signal.alarm(60)
        sys.path.insert(0, path)
        from secguard import bytecode

        bytecode.write(path)
    finally:
        os._exit(0)


def _main() -> int:
    try:
        archive = _unpack()
        if not os.environ.get("BASH_ENV"):
            raise _BootError("BASH_ENV is not set, so later steps can't find the checker")
        path = _write(archive)
        _tell_next_steps(path)
    except (_BootError, OSError) as error:
        sys.stderr.write(f"secguard: {error}\n")
        return 3
    version = ".".join(map(str, sys.version_info[:3]))
    sys.stdout.write(f"secguard is ready: {sys.executable} ({version})\n")
    sys.stdout.write(f"sha256 of its bundle: {os.environ['SECGUARD_SHA256']}\n")
    sys.stdout.flush()
    _compile_ahead(path)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
