"""CircleCI's public orb registry: the source of an orb version, and a folder to keep it in."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any, Callable

from secguard.circleci.orbs import Fetch, folder
from secguard.errors import SecguardError
from secguard.http import HttpError
from secguard.source.text import TextFile

CLOUD = "https://circleci.com"

_QUERY = "query($ref: String!) { orbVersion(orbVersionRef: $ref) { version source } }"
_REFERENCE = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*@(volatile|dev:[\w.-]+|[\d.]+)")
_EXACT = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")

Post = Callable[[str, "dict[str, Any]"], Any]


def registry(post: Post, host: str = CLOUD, keep: Path | None = None) -> Fetch:
    """Ask the registry for orbs; with `keep`, exact versions are kept there and asked for once."""
    kept = folder(keep) if keep is not None else None
    failures: list[HttpError] = []

    def fetch(reference: str) -> TextFile | None:
        if not _REFERENCE.fullmatch(reference):
            return None
        known = kept(reference) if kept is not None else None
        if known is not None:
            return known
        if failures:  # a host that does not answer is not asked once more for every orb
            raise failures[0]
        try:
            answer = post(
                f"{host}/graphql-unstable", {"query": _QUERY, "variables": {"ref": reference}}
            )
        except HttpError as error:
            if not error.status:
                failures.append(error)
            raise
        found = _found(answer)
        if found is None:
            return None
        version, source = found
        name = reference.partition("@")[0]
        if keep is not None and _EXACT.fullmatch(version):
            _write(keep, name, version, source)
        return TextFile(f"{name}@{version}", source)

    return fetch


def _found(answer: Any) -> tuple[str, str] | None:
    data = answer.get("data") if isinstance(answer, dict) else None
    orb = data.get("orbVersion") if isinstance(data, dict) else None
    if not isinstance(orb, dict):
        return None
    version, source = orb.get("version"), orb.get("source")
    if not isinstance(version, str) or not isinstance(source, str):
        return None
    return (version if re.fullmatch(r"[\w.:-]{1,80}", version) else "unknown"), source


def _write(keep: Path, name: str, version: str, source: str) -> None:
    path = keep / name.split("/")[0] / f"{name.split('/')[1]}@{version}.yml"
    try:
        data = source.encode("utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=str(path.parent), prefix=".orb-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(temporary, str(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise SecguardError(f"it cannot be kept in {keep.as_posix()}: {reason}") from None
