"""What fixes change, as a unified patch, and as files."""

from __future__ import annotations

import difflib
import io
import os
import tempfile
from pathlib import Path
from typing import Iterable

from secguard.errors import SecguardError
from secguard.source.text import TextFile

_BOM = b"\xef\xbb\xbf"


def patch(before: TextFile, after: TextFile) -> str:
    """Write a change as `patch -p1` and `git apply` read it, line ends included."""
    old, new = (list(io.StringIO(file.text, newline="\n")) for file in (before, after))
    found = difflib.unified_diff(
        old, new, f"a/{before.uri.lstrip('/')}", f"b/{after.uri.lstrip('/')}"
    )
    lines = []
    for line in found:
        end = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        lines.append(line + end)
    return "".join(lines)


def write(before: TextFile, after: TextFile, tops: Iterable[Path]) -> None:
    """Replace a file as a whole or not at all, with the mode it had.

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
            raise SecguardError(f"{before.uri} has changed meanwhile and was not written", "retry")
        handle, name = tempfile.mkstemp(dir=str(path.parent), prefix=".secguard-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(bom + after.text.encode())
            os.chmod(name, path.stat().st_mode & 0o7777)
            os.replace(name, str(path))
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise SecguardError(f"{before.uri} cannot be written: {reason}") from None
