"""CircleCI's public orb registry: the source of an orb version, and a folder to keep it in."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from secguard.circleci.orbs import Fetch, folder
from secguard.errors import SecguardError, UsageError
from secguard.net.data import parsed
from secguard.net.failure import AskError, Failure
from secguard.net.wire import Wire
from secguard.source.text import TextFile

CLOUD = "https://circleci.com"
MAX_ANSWER = 8 * 1024 * 1024

_QUERY = "query($ref: String!) { orbVersion(orbVersionRef: $ref) { version source } }"
_REFERENCE = re.compile(r"[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*@(volatile|dev:[\w.-]+|[\d.]+)")
_EXACT = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def registry(wire: Wire, host: str = CLOUD, keep: Path | None = None) -> Fetch:
    """Ask the registry for orbs; with `keep`, exact versions are kept there and asked for once.

    Raises UsageError for a host that would be asked without TLS.
    """
    name = _name(host)
    kept = folder(keep) if keep is not None else None
    failures: list[SecguardError] = []

    def fetch(reference: str) -> TextFile | None:
        if not _REFERENCE.fullmatch(reference):
            return None
        known = kept(reference) if kept is not None else None
        if known is not None:
            return known
        if failures:  # a host that does not answer is not asked once more for every orb
            raise failures[0]
        try:
            found = _found(_asked(wire, f"{host}/graphql-unstable", reference))
        except AskError as error:
            hint = "try again later, or go on without --online"
            told = SecguardError(f"{name} {error.message}", hint)
            if error.failure in (Failure.UNREACHABLE, Failure.LIMITED):
                failures.append(told)
            raise told from None
        if found is None:
            return None
        version, source = found
        orb = reference.partition("@")[0]
        if keep is not None and _EXACT.fullmatch(version):
            _write(keep, orb, version, source)
        return TextFile(f"{orb}@{version}", source)

    return fetch


def _name(host: str) -> str:
    try:
        parts = urlsplit(host)
        name = parts.hostname or ""
    except ValueError:
        raise UsageError("the address of the host cannot be read", "write https://NAME") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and name in _LOOPBACK):
        raise UsageError(f"{name or host} is not asked for orbs without TLS", "write https://NAME")
    return name


def _asked(wire: Wire, url: str, reference: str) -> Any:
    body = json.dumps({"query": _QUERY, "variables": {"ref": reference}}).encode("utf-8")
    answer = wire.ask("POST", url, _JSON, MAX_ANSWER, body=body)
    if answer.status != 200:
        raise AskError(Failure.FORBIDDEN, f"answers with status {answer.status}")
    return parsed(answer.body)


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
