"""Applies fixes round by round, and keeps only those that change what they are meant to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path as File
from types import MappingProxyType
from typing import Callable, Iterator, Mapping, Sequence

from secguard.errors import SecguardError
from secguard.finding import Finding, Problem
from secguard.fix.edit import Data, Fix, Path, edited, overlap
from secguard.fix.meaning import same_meaning, same_tree
from secguard.fix.places import Task, Tree
from secguard.fix.rules import FIXERS, Fixer
from secguard.source.text import TextFile
from secguard.source.tree import parse
from secguard.suppress import Comment, comments
from secguard.targets import Loaded

MAX_ROUNDS = 60
"""Times that the files are read and corrected again."""

Load = Callable[[Mapping[str, TextFile]], Loaded]
"""Reads and expands the configs, with other texts for some files."""
Find = Callable[[Loaded], Sequence[Finding]]
"""Gives the findings that are to be corrected."""


@dataclass(frozen=True)
class Wishes:
    """What the user allows and names."""

    unsafe: bool = False
    fingerprints: tuple[str, ...] = ()
    orb_dir: File | None = None


@dataclass
class Fixed:
    """What came of it."""

    files: dict[str, tuple[TextFile, TextFile]] = field(default_factory=dict)
    """The files that change, before and after."""
    applied: list[Fix] = field(default_factory=list)
    unsafe: list[Fix] = field(default_factory=list)
    """Those that were left out, because unsafe ones were not asked for."""
    refused: list[Fix] = field(default_factory=list)
    """Those that would have changed something else as well."""
    problems: list[Problem] = field(default_factory=list)


def fix(
    load: Load, find: Find, wishes: Wishes, fixers: Mapping[str, Fixer] = MappingProxyType(FIXERS)
) -> Fixed:
    """Correct configs until nothing more can be corrected; `fixers` are named by their rules."""
    result = Fixed()
    texts: dict[str, TextFile] = {}
    settled: set[object] = set()
    loaded = load(texts)
    result.problems = list(loaded.problems)
    for _ in range(MAX_ROUNDS):
        found = [
            one for one in _proposed(loaded, find(loaded), wishes, fixers) if one.key not in settled
        ]
        batch = _apart([one for one in found if one.safe or wishes.unsafe])
        if not batch:
            result.unsafe = [one for one in found if not one.safe]
            break
        while True:
            after = _applied(loaded, batch, texts, load)
            if after is not None or len(batch) == 1:
                break
            batch = batch[: len(batch) // 2]
        settled.update(one.key for one in batch)
        if after is None:
            result.refused += batch
            continue
        for uri, text in after[0].items():
            before = result.files.get(uri, (_file(batch, uri), text))[0]
            result.files[uri] = (before, text)
        texts.update(after[0])
        loaded = after[1]
        result.applied += batch
    return result


def _proposed(
    loaded: Loaded, findings: Sequence[Finding], wishes: Wishes, fixers: Mapping[str, Fixer]
) -> Iterator[Fix]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    seen: set[object] = set()
    for config in loaded.configs:
        hidden = comments((config.root,)) if config.policy.comments else ()
        for rule, fixer in fixers.items():
            own = tuple(_uncommented(one, hidden) for one in by_rule.get(rule, ()))
            task = Task(config, own, wishes.fingerprints, wishes.orb_dir)
            for one in fixer(task) if own else ():
                if one.file.uri in task.tree.files and (one.key, one.edits) not in seen:
                    seen.add((one.key, one.edits))
                    yield one


def _uncommented(finding: Finding, hidden: Sequence[Comment]) -> Finding:
    """Leave out the further places of a finding that comments suppress."""
    kept = (
        place
        for place in finding.related
        if not any(one.covers(replace(finding, where=place)) for one in hidden)
    )
    return replace(finding, related=tuple(kept))


def _apart(fixes: Sequence[Fix]) -> list[Fix]:
    """Take as many fixes as can be applied at once; the others come in the next round."""
    found: list[Fix] = []
    for one in sorted(fixes, key=lambda one: (one.file.uri, one.edits)):
        if not any(overlap(one, other) for other in found):
            found.append(one)
    return found


def _file(fixes: Sequence[Fix], uri: str) -> TextFile:
    return next(one.file for one in fixes if one.file.uri == uri)


def _applied(
    loaded: Loaded, fixes: Sequence[Fix], texts: Mapping[str, TextFile], load: Load
) -> tuple[dict[str, TextFile], Loaded] | None:
    """Apply fixes, and compare; None where anything but their part has another meaning."""
    scripts = {uri for config in loaded.configs for uri in Tree(config.root).scripts}
    changed: dict[str, TextFile] = {}
    touched: dict[str, dict[Path, Data]] = {}
    for uri in {one.file.uri for one in fixes}:
        own = [one for one in fixes if one.file.uri == uri]
        file = own[0].file
        new = TextFile(uri, edited(file.text, (edit for one in own for edit in one.edits)))
        sets = touched[uri] = {path: data for one in own for path, data in one.sets}
        try:
            if uri in scripts:
                same = set(sets.values()) == {new.text}
            else:
                same = same_tree(parse(file), parse(new), sets)
        except SecguardError:
            return None
        if not same:
            return None
        changed[uri] = new
    after = load({**texts, **changed})
    same = (
        len(after.configs) == len(loaded.configs)
        and len(after.problems) <= len(loaded.problems)
        and all(same_meaning(old, new, touched) for old, new in zip(loaded.configs, after.configs))
    )
    return (changed, after) if same else None
