"""The matrix of a workflow job: its combinations and the names they get."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Mapping

from secguard.circleci.scope import Run, Scope, TooLarge
from secguard.circleci.values import Mapped, Scalar, Value, members
from secguard.source.node import Node

MAX_JOBS = 1_000
"""Jobs that one matrix may come to; CircleCI's own limit is not documented."""


@dataclass(frozen=True)
class Combination:
    """One cell of a matrix."""

    values: Mapping[str, Value]
    texts: tuple[tuple[str, str], ...]
    """Names and values as text, in the order of the source."""

    def names(self, job: str) -> tuple[str, ...]:
        """Give the default names of the job.

        The documentation's examples fit two orders of the values: by the name of the parameter,
        and against the order of declaration. The first name is the one by name.
        """
        by_name = [text for _, text in sorted(self.texts)]
        reverse = [text for _, text in reversed(self.texts)]
        return tuple(dict.fromkeys("-".join([job, *order]) for order in (by_name, reverse)))


def combinations(run: Run, node: Node, scope: Scope) -> tuple[Combination, ...]:
    """Work out the cells of a `matrix`, without those excluded."""
    value = run.value(node, scope)
    given = value.get("parameters") if isinstance(value, Mapped) else None
    if not isinstance(given, Mapped):
        run.error("a matrix needs parameters", node.location())
        return ()
    axes = [(name, members(inner)) for name, (_, inner) in given.entries.items()]
    size = 1
    for _, choices in axes:
        size *= len(choices)
    if size > MAX_JOBS:
        run.error(
            f"the matrix comes to {size} jobs; more than {MAX_JOBS} are not worked out",
            node.location(),
        )
        raise TooLarge
    excluded = []
    for entry in members(value.get("exclude") if isinstance(value, Mapped) else None):
        if isinstance(entry, Mapped):
            excluded.append({name: _text(inner) for name, (_, inner) in entry.entries.items()})
    found = []
    for cell in itertools.product(*(choices for _, choices in axes)):
        values = {name: choice for (name, _), choice in zip(axes, cell)}
        texts = {name: _text(choice) for name, choice in values.items()}
        if texts not in excluded:
            found.append(Combination(values, tuple(texts.items())))
    return tuple(found)


def _text(value: Value) -> str:
    return value.display if isinstance(value, Scalar) else ""
