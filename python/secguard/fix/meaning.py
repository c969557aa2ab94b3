"""Proves that a fix changes what it is meant to change, and nothing else."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, Mapping

from secguard.circleci.config import Config
from secguard.circleci.model import Job, Variable
from secguard.circleci.script import Script
from secguard.circleci.values import Listed, Mapped, Scalar, Value
from secguard.fix.edit import GONE, Data, Path
from secguard.source.node import Node

Sets = Mapping[Path, Data]
Touched = Mapping[str, Sets]
"""What fixes change, by file."""


def same_tree(old: Node, new: Node, sets: Sets) -> bool:
    """Say whether a file's tree is the old one with the given values set."""
    return _Trees(sets).run(old, new)


class _Trees:
    def __init__(self, sets: Sets) -> None:
        self.sets = sets
        self.met: set[Path] = set()
        self.done: set[tuple[int, int]] = set()

    def run(self, old: Node, new: Node) -> bool:
        return self._same(old, new) and self.met == set(self.sets)

    def _same(self, old: Node, new: Node) -> bool:
        if old.path in self.sets and old.path:
            self.met.add(old.path)
            return self._is(new, self.sets[old.path])
        pair = (id(old), id(new))
        if pair in self.done:
            return True
        self.done.add(pair)
        if old.is_map and new.is_map:
            return self._entries(old, new)
        return (
            (old.kind, old.value, old.type) == (new.kind, new.value, new.type)
            and len(old.items) == len(new.items)
            and all(map(self._same, old.items, new.items))
        )

    def _entries(self, old: Node, new: Node) -> bool:
        gone = [key for key, _ in old.pairs if self.sets.get((*old.path, key.value)) is GONE]
        kept = [pair for pair in old.pairs if pair[0] not in gone]
        self.met.update((*old.path, key.value) for key in gone)
        names = {key.value for key, _ in kept}
        added = [pair for pair in new.pairs if pair[0].value not in names]
        there = [pair for pair in new.pairs if pair[0].value in names]
        for key, value in added:
            path = (*old.path, key.value)
            data = self.sets.get(path, GONE)
            if isinstance(data, Node):  # what the file itself has there, includes not resolved
                data = next((one for _, one in old.pairs if one.path == data.path), data)
            if data is GONE or not self._is(value, data):
                return False
            self.met.add(path)
        return len(kept) == len(there) and all(
            (one.value, one.type) == (other.value, other.type) and self._same(value, now)
            for (one, value), (other, now) in zip(kept, there)
        )

    def _is(self, node: Node, data: Data) -> bool:
        if isinstance(data, Node):
            return _Trees({}).run(data, node)
        if isinstance(data, dict):
            return (
                node.is_map
                and [key.value for key, _ in node.pairs] == list(data)
                and all(self._is(value, data[key.value]) for key, value in node.pairs)
            )
        if isinstance(data, list):
            return (
                node.is_list
                and len(node.items) == len(data)
                and all(map(self._is, node.items, data))
            )
        return node.is_scalar and node.type == "str" and node.value == data


def same_meaning(old: Config, new: Config, touched: Touched) -> bool:
    """Say whether a config comes to the same jobs, apart from what was set."""
    compare = _Meaning(touched)
    errors = {error.message for error in new.expansion.errors}
    return (
        errors <= {error.message for error in old.expansion.errors}
        and len(old.jobs) == len(new.jobs)
        and all(map(compare.jobs, old.jobs, new.jobs))
        and len(old.scripts) == len(new.scripts)
        and all(_faults(two) <= _faults(one) for one, two in zip(old.scripts, new.scripts))
    )


def _faults(script: Script) -> int:
    return len(script.shell.errors) if script.shell is not None else 0


class _Meaning:
    def __init__(self, touched: Touched) -> None:
        self.touched = touched
        self.done: set[tuple[int, int]] = set()

    def jobs(self, old: Job, new: Job) -> bool:
        return (
            self._plain(old) == self._plain(new)
            and self._all(_values(old), _values(new))
            and self._variables(
                (*old.executor.environment, *old.environment),
                (*new.executor.environment, *new.environment),
            )
            and len(old.steps) == len(new.steps)
            and all(
                [call.name for call in one.calls] == [call.name for call in other.calls]
                and [x.names for x in one.conditions] == [x.names for x in other.conditions]
                and (one.kind == other.kind or self._set(one.node, below=True))
                and self._same(one.args, other.args)
                for one, other in zip(old.steps, new.steps)
            )
        )

    def _plain(self, job: Job) -> tuple[object, ...]:
        return (
            *(job.name, job.reference, job.type, job.workflow, job.matrix, job.opaque),
            *(job.executor.kind, job.executor.name, len(job.executor.images)),
            tuple((one.name.display, one.statuses) for one in job.requires),
        )

    def _variables(self, old: tuple[Variable, ...], new: tuple[Variable, ...]) -> bool:
        return [one.name for one in old] == [one.name for one in new] and all(
            self._same(one.value, other.value) for one, other in zip(old, new)
        )

    def _all(self, old: Iterable[Value | None], new: Iterable[Value | None]) -> bool:
        first, second = list(old), list(new)
        return len(first) == len(second) and all(map(self._same, first, second))

    def _same(self, old: Value | None, new: Value | None) -> bool:
        if old is None or new is None:
            return old is new or self._set((old or new).node)  # type: ignore[union-attr]
        pair = (id(old), id(new))
        if pair in self.done or any(self._set(node) for node in _nodes(old)):
            return True
        self.done.add(pair)
        if isinstance(old, Scalar) and isinstance(new, Scalar):
            return (old.display, old.type) == (new.display, new.type)
        if isinstance(old, Listed) and isinstance(new, Listed):
            return self._all(old.items, new.items)
        if not isinstance(old, Mapped) or not isinstance(new, Mapped):
            return False
        for name in {*old.entries, *new.entries}:
            one, other = old.get(name), new.get(name)
            known = (*old.node.path, name) in self.touched.get(old.node.file.uri, {})
            if not known and (one is None or other is None or not self._same(one, other)):
                return False
        return True

    def _set(self, node: Node, below: bool = False) -> bool:
        """Say whether a node, or what it stands in, or with `below` a part of it, was set."""
        sets = self.touched.get(node.file.uri, {})
        length = len(node.path)
        if any(node.path[:n] in sets for n in range(1, length + 1)):
            return True
        return below and any(path[:length] == node.path for path in sets)


def _nodes(value: Value) -> Iterator[Node]:
    yield value.node
    for piece in value.pieces if isinstance(value, Scalar) else ():
        yield piece.node


def _values(job: Job) -> Iterator[Any]:
    yield from (job.data, job.executor.data, job.shell, job.filters, job.serial_group)
    yield from job.contexts
    yield from (value for _, value in job.arguments)
    yield from (image.entry for image in job.executor.images)
