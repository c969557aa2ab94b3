"""A baseline: the findings that were there when a repository began, so that new ones stand out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Iterable

from secguard.errors import UsageError
from secguard.finding import Finding
from secguard.source.text import TextFile

_VERSION = 1


@dataclass(frozen=True, order=True)
class Entry:
    """One known finding; nothing but the fingerprint is compared."""

    rule: str
    place: str
    """Where it was, for people: the file and the way through it."""
    fingerprint: str


def read_baseline(file: TextFile) -> tuple[Entry, ...]:
    """Read a baseline; raise UsageError for what is none."""
    hint = "write it again with --write-baseline"
    try:
        data: Any = json.loads(file.text)
    except (ValueError, RecursionError):
        raise UsageError(f"{file.uri}: the baseline is not JSON", hint) from None
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise UsageError(f"{file.uri}: the baseline has no version {_VERSION}", hint)
    found = data.get("findings")
    if not isinstance(found, list) or not all(map(_is_entry, found)):
        raise UsageError(f"{file.uri}: the baseline has an entry that is none", hint)
    return tuple(Entry(one["rule"], one["place"], one["fingerprint"]) for one in found)


def _is_entry(one: Any) -> bool:
    names = {"rule", "place", "fingerprint"}
    return isinstance(one, dict) and set(one) == names and all(isinstance(one[x], str) for x in one)


def write_baseline(findings: Iterable[Finding]) -> str:
    """Write a baseline, an entry on each line, in an order that moved lines don't change."""
    entries = sorted(Entry(one.rule, _place(one), one.fingerprint) for one in findings)
    lines = ",\n".join("    " + json.dumps(vars(entry)) for entry in entries)
    body = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {_VERSION},\n  "findings": {body}\n}}\n'


def _place(finding: Finding) -> str:
    names = ".".join(part for part in finding.where.path if not part.isdigit())
    return f"{finding.where.uri} {names}".rstrip()
