"""What a repository has decided about running jobs: what their identity tokens may say."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Iterator

from secguard.policy.patterns import covers


@dataclass(frozen=True)
class Terms:
    """What must be true of some jobs; None where nothing is said.

    Of several terms that name a job each one holds, so that one more never lets more pass.
    """

    jobs: tuple[str, ...] = ("*",)
    """Names of jobs; a `*` stands for any text."""
    ssh_rerun: str = ""
    """`deny`, `allow`, or empty: told, and passed."""
    refs: tuple[str, ...] | None = None
    """What may be built, e.g. `refs/heads/main`; a `*` stands for any text."""
    origins: tuple[str, ...] | None = None
    """The repositories that may be built, e.g. `github.com/acme/shop`."""
    contexts: tuple[str, ...] | None = None
    """The contexts that they may have, by id."""

    def names(self, job: str) -> bool:
        """Say whether they are about a job."""
        return any(fnmatchcase(job, pattern) for pattern in self.jobs)

    def allows(self, key: str, value: str) -> bool:
        """Say whether one of the `LISTS` has a value, or is not there."""
        allowed: tuple[str, ...] | None = getattr(self, key)
        if allowed is None or key == "refs":
            return allowed is None or any(fnmatchcase(value, one) for one in allowed)
        return any(fnmatchcase(value.lower(), one.lower()) for one in allowed)


LISTS = ("refs", "origins", "contexts")
"""The terms that list what is allowed."""


def weakened(before: tuple[Terms, ...], after: tuple[Terms, ...]) -> Iterator[str]:
    """Yield what a change takes away."""
    for old in before:
        if old.ssh_rerun == "deny" and not any(
            new.ssh_rerun == "deny" and covers(new.jobs, old.jobs) for new in after
        ):
            yield f"the change lets {_jobs(old)} run again with SSH"
        for name in LISTS:
            allowed = getattr(old, name)
            if allowed is not None and not any(
                _narrower(getattr(new, name), allowed) and covers(new.jobs, old.jobs)
                for new in after
            ):
                yield f"the change allows {_jobs(old)} more {name}"
    for new in after:
        if new.ssh_rerun == "allow" and not any(
            old.ssh_rerun == "allow" and covers(old.jobs, new.jobs) for old in before
        ):
            yield f"the change hides that {_jobs(new)} run again with SSH"


def _narrower(new: tuple[str, ...] | None, old: tuple[str, ...]) -> bool:
    return new is not None and covers(old, new)


def _jobs(terms: Terms) -> str:
    return "any job" if "*" in terms.jobs else "jobs named " + ", ".join(map(repr, terms.jobs))
