"""Writes files: as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Iterable

from secguard.errors import SecguardError, UsageError

if TYPE_CHECKING:
    from secguard.source.text import TextFile

_BOM = b"\xef\xbb\xbf"


def write_file(path: Path, text: str) -> None:
    """Write a file that the user asked for; raise UsageError where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text.encode(), 0o644)
    except OSError as error:
        message = f"cannot write {path}: {_reason(error)}"
        raise UsageError(message, "choose another place") from None


def rewrite(before: TextFile, after: TextFile, tops: Iterable[Path]) -> None:
    """Replace a file that was read by another text; it keeps its mode.

    Raises SecguardError where a link leads out of the folders in which to write, and where the
    file has changed since it was read.
    """
    path = Path(os.path.realpath(before.uri))
    if not any(Path(os.path.realpath(str(top))) in path.parents for top in tops):
        hint = "name the file itself, or the folder that it lies in"
        raise SecguardError(f"{before.uri} leads out of what was named and was not written", hint)
    try:
        data = path.read_bytes()
        bom = _BOM if data.startswith(_BOM) else b""
        if data != bom + before.text.encode():
            message = f"{before.uri} has changed meanwhile and was not written"
            raise SecguardError(message, "run it again")
        _replace(path, bom + after.text.encode(), path.stat().st_mode & 0o7777)
    except OSError as error:
        raise SecguardError(f"{before.uri} cannot be written: {_reason(error)}") from None


def _replace(path: Path, data: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=str(path.parent), prefix=".secguard-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(name, mode)
        os.replace(name, str(path))
    except BaseException:
        os.unlink(name)
        raise


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
