"""What a repository has decided about the people who can change it, and about its main branch."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Iterator

MAX_OWNERS = 5
"""Owners of an organisation, where the policy names no other number."""
MAX_INACTIVE = 180
"""Days that GitHub's audit log goes back."""


@dataclass(frozen=True)
class PeoplePolicy:
    """The part `people` of a policy."""

    max_owners: int | None = None
    inactive_days: int = 90
    """Days without any activity after which access should end."""
    outside_collaborators: tuple[str, ...] = ()
    """Logins that may have access from outside; a `*` stands for any text."""
    required_checks: tuple[str, ...] = ()
    """Names of statuses that stand for secguard; empty: taken from the config."""

    @property
    def owners(self) -> int:
        """How many owners are not too many."""
        return MAX_OWNERS if self.max_owners is None else self.max_owners

    def invited(self, login: str) -> bool:
        """Say whether somebody may have access from outside."""
        patterns = (one.lower() for one in self.outside_collaborators)
        return any(fnmatchcase(login.lower(), one) for one in patterns)


def weakened(before: PeoplePolicy, after: PeoplePolicy) -> Iterator[tuple[str, str]]:
    """Yield what a change takes away, with the key that it stands under."""
    decided = before.max_owners is not None and after.max_owners is None
    if decided or after.owners > before.owners:
        yield "max_owners", "the change lets more people own the organisation"
    if after.inactive_days > before.inactive_days:
        yield "inactive_days", f"the change takes {after.inactive_days} days for no long absence"
    for login in after.outside_collaborators:
        if login not in before.outside_collaborators:
            yield "outside_collaborators", f"the change lets '{login}' have access from outside"
    old, new = set(before.required_checks), set(after.required_checks)
    if new - old or (old and not new):
        yield "required_checks", "the change takes other statuses for the one to require"
