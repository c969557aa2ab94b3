"""What a repository has decided about the age of secrets: when each must be replaced."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Iterator, Mapping

from secguard.policy.patterns import covers

KINDS = ("context_variable", "project_variable", "checkout_key", "project_token", "runner_token")
"""What gets old."""
NEVER = math.inf
"""Instead of a number of days: it may become as old as it likes."""
MAX_AGE = 90


@dataclass(frozen=True)
class Lifetime:
    """How many days secrets of some names may hold; of several for one name the shortest counts."""

    names: tuple[str, ...]
    """Names of variables, keys and tokens; a `*` stands for any text."""
    max_age: float


@dataclass(frozen=True)
class RotationPolicy:
    """The part `rotation` of a policy."""

    max_age: float = MAX_AGE
    """Days, where nothing narrower is said."""
    kinds: Mapping[str, float] = field(default_factory=dict)
    names: tuple[Lifetime, ...] = ()
    """They win over kinds."""
    all_older_than: date | None = None
    """After an incident: whatever was not replaced since this day is overdue, with no exception."""

    def limit(self, kind: str, name: str) -> float:
        """Give the days that a secret may hold."""
        found = [
            one.max_age
            for one in self.names
            if any(fnmatchcase(name, pattern) for pattern in one.names)
        ]
        return min(found) if found else self.kinds.get(kind, self.max_age)


def weakened(before: RotationPolicy, after: RotationPolicy) -> Iterator[tuple[str, str]]:
    """Yield what a change takes away, with the key that it stands under."""
    old = {kind: before.kinds.get(kind, before.max_age) for kind in KINDS}
    new = {kind: after.kinds.get(kind, after.max_age) for kind in KINDS}
    if any(new[kind] > old[kind] for kind in KINDS if kind not in after.kinds):
        yield "max_age", "the change lets secrets become older"
    for kind in sorted(after.kinds):
        if new[kind] > old[kind]:
            yield "kinds", f"the change lets each '{kind}' become older"
    longest = max((*new.values(), *(one.max_age for one in after.names)))
    for one in before.names:
        kept = any(it.max_age <= one.max_age and covers(it.names, one.names) for it in after.names)
        if not kept and one.max_age < longest:
            yield "names", f"the change lets secrets named '{one.names[0]}' become older"
    for one in after.names:
        known = any(covers(it.names, one.names) for it in before.names)
        if not known and one.max_age > min(old.values()):
            yield "names", f"the change lets secrets named '{one.names[0]}' become older"
    if before.all_older_than and (after.all_older_than or date.min) < before.all_older_than:
        yield (
            "all_older_than",
            f"the change no longer wants all secrets from before {before.all_older_than} replaced",
        )
