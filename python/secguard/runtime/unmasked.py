"""What CircleCI's own masking misses: it knows exact values, of contexts and projects alone."""

from __future__ import annotations

from secguard.runtime.environ import Variable
from secguard.runtime.forms import bare
from secguard.runtime.snapshot import Snapshot

_LEAST = 4
_NEVER = (b"true", b"True", b"false", b"False")


def unmasked(variable: Variable, snapshot: Snapshot) -> str:
    """Say why CircleCI does not mask a variable, or not always; give an empty text if it does."""
    value = variable.value.reveal()
    source = snapshot.source(variable.name)
    if source == "export":
        return "an earlier step sets it through BASH_ENV"
    if source == "config":
        return "the config sets it"
    if len(value) < _LEAST:
        return f"it has less than {_LEAST} characters"
    if value in _NEVER:
        return "CircleCI masks no such word"
    core = bare(value)
    if b"\n" in core or b"\r" in core:
        return "it has several lines, and a line alone is not the value"
    if core != value:
        return "white space or quotes around it belong to the value"
    return ""
