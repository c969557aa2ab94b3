"""What fixes change, as a unified patch."""

from __future__ import annotations

import difflib
import io

from secguard.source.text import TextFile


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
