"""Writes references anew in place, and proves that nothing else comes to something else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Sequence

from secguard.circleci.compiled import compiled
from secguard.circleci.config import Config
from secguard.circleci.expand import Settled
from secguard.errors import SecguardError
from secguard.fix.edit import Edit, edited
from secguard.images.inventory import reader_of
from secguard.images.use import Site, Use
from secguard.source.node import Node
from secguard.source.text import TextFile
from secguard.source.tree import parse
from secguard.targets import Sources, load

Load = Callable[[Mapping[str, TextFile]], Sequence[Config]]
"""Reads and expands the configs, with other texts for some files."""


def loader(paths: tuple[str, ...], sources: Sources) -> Load:
    """Make what expands the configs twice: with all that is open, and with its defaults.

    What a default comes to is seen in the second form only.
    """
    settled = replace(sources, settled=Settled({}, True))

    def configs(texts: Mapping[str, TextFile]) -> Sequence[Config]:
        forms = (replace(one, edited=texts) for one in (sources, settled))
        return [config for one in forms for config in load(paths, one).configs]

    return configs


@dataclass(frozen=True)
class Change:
    """One reference and what takes its place."""

    use: Use
    new: str

    @property
    def site(self) -> Site:
        """The range that is written anew."""
        assert self.use.site is not None  # noqa: S101 - only uses with a site are changed
        return self.use.site

    @property
    def old(self) -> str:
        """The text that stands there."""
        return self.site.file.text[self.site.start : self.site.end]


@dataclass
class Rewritten:
    """What came of it."""

    files: dict[str, tuple[TextFile, TextFile]] = field(default_factory=dict)
    """The files that change, before and after."""
    applied: list[Change] = field(default_factory=list)
    refused: list[Change] = field(default_factory=list)
    """Those that would have changed something else as well."""


def rewrite(changes: Iterable[Change], expand: Load) -> Rewritten:
    """Apply the changes that can be proved harmless."""
    result = Rewritten()
    places = {(one.site.file.uri, one.site.start): one for one in changes if one.old != one.new}
    by_file: dict[str, list[Change]] = {}
    for _, change in sorted(places.items(), key=lambda item: item[0]):
        by_file.setdefault(change.site.file.uri, []).append(change)
    configs = [uri for uri in by_file if _plain_reader(uri) is None]
    for uri in sorted(set(by_file) - set(configs)):
        _settle(result, by_file[uri], _same_uses, lambda _: set())
    before = expand({}) if configs else ()
    _settle(
        result,
        [one for uri in sorted(configs) for one in by_file[uri]],
        lambda batch: _same_configs(_Compare(batch), before, batch, expand),
        lambda batch: _guilty(before, batch, expand),
    )
    for change in result.applied:
        uri = change.site.file.uri
        if uri not in result.files:
            own = [one for one in result.applied if one.site.file.uri == uri]
            result.files[uri] = (change.site.file, _after(own)[uri])
    return result


def _settle(
    result: Rewritten,
    batch: Sequence[Change],
    proved: Callable[[Sequence[Change]], bool],
    guilty: Callable[[Sequence[Change]], set[int]],
) -> None:
    """Apply a batch as a whole, or without the guilty, or else its halves: all but the bad ones."""
    if not batch:
        return
    if proved(batch):
        result.applied += batch
    elif len(batch) == 1:
        result.refused += batch
    else:
        bad = guilty(batch)
        result.refused += [one for at, one in enumerate(batch) if at in bad]
        rest = [one for at, one in enumerate(batch) if at not in bad]
        middle = len(rest) if bad else len(rest) // 2
        _settle(result, rest[:middle], proved, guilty)
        _settle(result, rest[middle:], proved, guilty)


def _after(changes: Iterable[Change]) -> dict[str, TextFile]:
    edits: dict[str, list[Edit]] = {}
    files = {}
    for one in changes:
        uri = one.site.file.uri
        files[uri] = one.site.file
        edits.setdefault(uri, []).append(Edit(one.site.start, one.site.end, one.new))
    return {uri: TextFile(uri, edited(files[uri].text, edits[uri])) for uri in files}


def _plain_reader(uri: str) -> Any:
    return reader_of(Path(uri))


def _same_uses(batch: Sequence[Change]) -> bool:
    """Compare a Dockerfile or a compose file: the same uses in the same order, but for these."""
    file = batch[0].site.file
    reader = _plain_reader(file.uri)
    new = {one.site.start: one.new for one in batch}
    try:
        old_uses, new_uses = list(reader(file)), list(reader(_after(batch)[file.uri]))
    except SecguardError:
        return False
    return [(one.kind, one.text) for one in new_uses] == [
        (one.kind, new.get(one.site.start, one.text) if one.site is not None else one.text)
        for one in old_uses
    ]


def _guilty(before: Sequence[Config], batch: Sequence[Change], expand: Load) -> set[int]:
    """Find the changes that show where they must not, by giving each another digest.

    Expanding is what takes the time, so this asks about all of them at once.
    """
    names = [one.new.partition("@") for one in batch]
    marked = [
        f"{name}@sha256:{at:064x}" if digest else "" for at, (name, _, digest) in enumerate(names)
    ]
    trial = [replace(one, new=mark or one.new) for one, mark in zip(batch, marked)]
    compare = _Compare(trial)
    _same_configs(compare, before, trial, expand)
    strange = "\n".join(compare.strange)
    return {at for at, mark in enumerate(marked) if mark and mark in strange}


def _same_configs(
    compare: _Compare, before: Sequence[Config], batch: Sequence[Change], expand: Load
) -> bool:
    try:
        texts = _after(batch)
        for uri, file in {one.site.file.uri: one.site.file for one in batch}.items():
            if not uri.endswith((".yml", ".yaml")):
                return False
            if not compare.trees(parse(file), parse(texts[uri])):
                return False
        after = expand(texts)
    except SecguardError:
        return False
    return len(before) == len(after) and all(
        [error.message for error in old.expansion.errors]
        == [error.message for error in new.expansion.errors]
        and len(old.jobs) == len(new.jobs)
        and compare.data(compiled(old.expansion), compiled(new.expansion), "")
        for old, new in zip(before, after)
    )


class _Compare:
    """Compares what was there before with what is there after some changes."""

    def __init__(self, batch: Sequence[Change]) -> None:
        pairs = sorted({(one.new, one.old) for one in batch}, key=lambda pair: -len(pair[0]))
        self._all = pairs
        in_scripts = {one.new for one in batch if one.use.kind in ("run", "pull", "from")}
        self._scripts = [pair for pair in pairs if pair[0] in in_scripts]
        self.strange: list[str] = []
        """Texts that came out otherwise where nothing may."""

    def _undone(self, text: str, pairs: Sequence[tuple[str, str]]) -> str:
        for new, old in pairs:
            text = text.replace(new, old)
        return text

    def trees(self, old: Node, new: Node) -> bool:
        """Say whether two trees differ in the changed references only."""
        waiting, seen = [(old, new)], set()
        while waiting:
            one, other = waiting.pop()
            if (id(one), id(other)) in seen:
                continue
            seen.add((id(one), id(other)))
            if (one.kind, one.type) != (other.kind, other.type):
                return False
            if one.value != other.value and one.value != self._undone(other.value, self._all):
                return False
            if len(one.items) != len(other.items) or len(one.pairs) != len(other.pairs):
                return False
            waiting += zip(one.items, other.items)
            for (key, value), (new_key, new_value) in zip(one.pairs, other.pairs):
                waiting += ((key, new_key), (value, new_value))
        return True

    def data(self, old: Any, new: Any, key: str) -> bool:
        """Say whether two compiled configs differ in images, and in scripts where they are."""
        if isinstance(old, dict) and isinstance(new, dict):
            self.strange += sorted(set(new) - set(old))
            # NOTE: all of them are looked at, so that all that is strange is found at once.
            inner = map(self.data, old.values(), new.values(), old)
            return list(old) == list(new) and all([*inner])
        if isinstance(old, list) and isinstance(new, list):
            return len(old) == len(new) and all([*map(self.data, old, new, [key] * len(old))])
        if old == new:
            return True
        if not isinstance(old, str) or not isinstance(new, str):
            return False
        pairs = {"image": self._all, "command": self._scripts}.get(key, [])
        if old == self._undone(new, pairs):
            return True
        self.strange.append(new)
        return False
