"""Steps that move files: checkout, artifacts, test results, workspace and caches."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping

from tools.runner.machine import Machine


@dataclass(frozen=True)
class Place:
    """Where a step works."""

    machine: Machine
    cwd: str
    """The working directory, as the job sees it."""
    source: Path
    """The folder that stands for the repository."""
    store: Path
    """Where the workspace and the caches are kept between jobs."""

    def find(self, path: str) -> Path:
        """Say where a path from the config is on this machine."""
        return self.machine.outside(self.machine.inside(path, self.cwd))


def step(kind: str, options: Mapping[str, Any], place: Place) -> tuple[int, str]:
    """Run one step of a kind other than `run`."""
    if kind not in _KINDS:
        raise ValueError(f"no such step: {kind!r}")
    return _KINDS[kind](options, place)


def _checkout(options: Mapping[str, Any], place: Place) -> tuple[int, str]:
    target = place.find(options.get("path", "."))
    names = _not_ignored(place.source) if place.source.is_dir() else []
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(place.source / name, target / name, follow_symlinks=False)
    if not names:
        _copy(place.source, target if place.source.is_dir() else target / place.source.name)
    return 0, f"copied {place.source}\n"


def _not_ignored(folder: Path) -> list[str]:
    """List the files that git does not ignore; none where git does not know the folder."""
    command = ["git", "-C", str(folder), "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False).stdout
    names = sorted(set(os.fsdecode(listed).split("\0")) - {""})
    return [name for name in names if os.path.lexists(folder / name)]


def _store_artifacts(options: Mapping[str, Any], place: Place) -> tuple[int, str]:
    destination = options.get("destination", options["path"]).lstrip("~/")
    return _keep(place.find(options["path"]), place.machine.scratch / "artifacts" / destination)


def _store_test_results(options: Mapping[str, Any], place: Place) -> tuple[int, str]:
    return _keep(place.find(options["path"]), place.machine.scratch / "test-results")


def _keep(path: Path, target: Path) -> tuple[int, str]:
    if not path.exists():
        return 0, "nothing found\n"
    _copy(path, target)
    return 0, ""


def _persist(options: Mapping[str, Any], place: Place) -> tuple[int, str]:
    root = place.find(options["root"])
    for pattern in options["paths"]:
        found = [root] if pattern == "." else sorted(root.glob(pattern))
        if not found:
            return 1, f"nothing matches {pattern}\n"
        for path in found:
            _copy(path, place.store / "workspace" / path.relative_to(root))
    return 0, ""


def _attach(options: Mapping[str, Any], place: Place) -> tuple[int, str]:
    workspace = place.store / "workspace"
    workspace.mkdir(parents=True, exist_ok=True)
    _copy(workspace, place.find(options["at"]))
    return 0, ""


def _save_cache(options: Mapping[str, Any], place: Place) -> tuple[int, str]:
    entry = place.store / "caches" / options["key"].replace("/", "_")
    if entry.exists():
        return 0, "a cache with this key exists\n"
    for number, path in enumerate(options["paths"]):
        if place.find(path).exists():
            _copy(place.find(path), entry / str(number) / "content")
            (entry / str(number) / "path").write_text(path, encoding="utf-8")
    return 0, ""


def _restore_cache(options: Mapping[str, Any], place: Place) -> tuple[int, str]:
    keys = options.get("keys", [options.get("key", "")])
    saved = sorted((place.store / "caches").glob("*"), key=lambda path: path.stat().st_mtime)
    for key in keys:
        for entry in reversed(saved):
            if entry.name.startswith(key.replace("/", "_")):
                for part in sorted(entry.iterdir()):
                    path = (part / "path").read_text(encoding="utf-8")
                    _copy(part / "content", place.find(path))
                return 0, f"found {entry.name}\n"
    return 0, "no cache found\n"


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(path, target)


_KINDS: dict[str, Callable[[Mapping[str, Any], Place], tuple[int, str]]] = {
    "checkout": _checkout,
    "store_artifacts": _store_artifacts,
    "store_test_results": _store_test_results,
    "persist_to_workspace": _persist,
    "attach_workspace": _attach,
    "save_cache": _save_cache,
    "restore_cache": _restore_cache,
}
