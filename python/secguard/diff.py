"""What was there before a change: the findings of the same paths in another commit."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Sequence

from secguard.errors import UsageError
from secguard.examine import examine
from secguard.finding import Finding, Problem
from secguard.git import Git, find
from secguard.rule import Rule
from secguard.targets import STDIN, Loaded, Sources, load
from secguard.triage import Grounds

_YAML = (".yml", ".yaml")
_ORB = "@orb.yml"


@dataclass(frozen=True)
class Before:
    """The base of a change."""

    fingerprints: frozenset[str]
    notes: tuple[str, ...]


def before(
    paths: Sequence[str],
    ref: str,
    search: str,
    sources: Sources,
    grounds: Grounds,
    rules: Sequence[Rule],
) -> Before:
    """Check the same paths where HEAD left a ref; raise UsageError where git does not know it."""
    findings: list[Finding] = []
    problems: list[Problem] = []
    for name in paths:
        path = Path(name)
        git = find(path, search) if name != STDIN else None
        commit = git.commit(ref) if git is not None else None
        inner = git.name(path) if git is not None else None
        if git is None or commit is None or inner is None:
            raise UsageError(f"git does not know {ref!r} of {name!r}", "fetch it first")
        with tempfile.TemporaryDirectory(prefix="secguard-") as folder:
            top = Path(os.path.realpath(folder))
            _lay_out(git, git.fork(commit) or commit, inner, top)
            loaded = load((str(top / inner),), sources) if (top / inner).exists() else Loaded()
            found = examine(loaded, grounds, rules)
            mapped = (_renamed(one, top / inner, path) for one in found.findings)
            findings.extend(mapped)
            problems.extend(found.problems)
    notes = [f"only what is new against {ref} is shown"]
    if problems:
        notes.append(f"{len(problems)} parts of {ref} could not be checked, so all in them is new")
    return Before(frozenset(one.fingerprint for one in findings), tuple(notes))


def _lay_out(git: Git, commit: str, inner: str, top: Path) -> None:
    """Write what the checker reads of a path as it is in a commit: YAML files, and whole orbs."""
    place = PurePosixPath(inner)
    listed = git.list(commit, inner if place.name != _ORB else place.parent.parent.as_posix())
    orbs = [PurePosixPath(name).parent for name in listed if PurePosixPath(name).name == _ORB]
    roots = {orb if orb == place else orb.parent for orb in orbs}
    wanted = {
        name: blob
        for name, blob in listed.items()
        if name.endswith(_YAML) or not roots.isdisjoint(PurePosixPath(name).parents)
    }
    for name, data in git.read(wanted).items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _renamed(finding: Finding, base: Path, path: Path) -> Finding:
    """Give a finding the name that the file has in the checkout, as the user wrote it."""
    inner = os.path.relpath(finding.where.uri, str(base))
    uri = Path(os.path.normpath(str(path / inner))).as_posix()
    return replace(finding, where=replace(finding.where, uri=uri))
