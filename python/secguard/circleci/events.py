"""What starts a pipeline, how much is known of it then, and who can bring that about."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Callable, NamedTuple

from secguard.circleci.values import Unknown

ANY_BRANCH = "a-branch-that-anyone-may-name"
"""Stands for a branch that nothing in the config names."""
FORK_BRANCH = "pull/1"
"""What CircleCI calls the branch of a pull request from a fork."""


class Reach(enum.IntEnum):
    """Who can make a job run, from everyone to nobody."""

    ANY_BRANCH = 0
    """A push to any branch, and a forked pull request where the project builds these."""
    CONDITION = 1
    """A condition on parameters or on the event decides."""
    FILTERED = 2
    """Certain branches or tags only."""
    SCHEDULED = 3
    """The clock."""
    NOBODY = 4
    """No workflow runs it, or its condition never holds."""

    def __str__(self) -> str:
        """Say it in words."""
        return _WORDS[self]


_WORDS = {
    Reach.ANY_BRANCH: "any branch",
    Reach.CONDITION: "a condition on parameters or events",
    Reach.FILTERED: "certain branches or tags",
    Reach.SCHEDULED: "a schedule",
    Reach.NOBODY: "nothing",
}


class Access(NamedTuple):
    """Who can make something run."""

    reach: Reach
    forks: bool
    """True where a pull request from a fork can, in a project that builds these."""

    def within(self, other: Access) -> Access:
        """Give the access to what stands inside something else."""
        return Access(max(self.reach, other.reach), self.forks and other.forks)


EVERYONE = Access(Reach.ANY_BRANCH, True)


@dataclass(frozen=True)
class Event:
    """What starts a pipeline, as far as it is settled; called with an unknown, gives its value."""

    branch: str | None = None
    tag: str = ""
    source: str = ""
    """`webhook` for a push, `api` or `scheduled_pipeline`; empty where it is not settled.

    Nothing but a push leaves the pipeline's parameters at their defaults.
    """

    def __call__(self, unknown: Unknown) -> str | bool | int | None:
        """Give the value of something unknown, or None."""
        name = unknown.name
        if name == "pipeline.git.tag":
            return self.tag
        if name == "pipeline.git.branch":
            return "" if self.tag else self.branch
        if name == "pipeline.git.branch.is_default":
            return False if self.branch in (ANY_BRANCH, FORK_BRANCH) or self.tag else None
        if self.source:
            if name == "pipeline.trigger_source":
                return self.source
            if name.startswith("pipeline.schedule.") and self.source != "scheduled_pipeline":
                return ""
        if self.source == "webhook":
            if name == "pipeline.event.name":
                return "push"
            if name.startswith("pipeline.parameters."):
                return declared_default(unknown)
        return None


def declared_default(unknown: Unknown) -> str | bool | int | None:
    """Give the declared default of a parameter with its type."""
    default = unknown.default
    if default is None:
        return None
    if unknown.type == "boolean":
        return default.text.lower() in ("true", "yes", "on")
    if unknown.type == "integer" and default.text.lstrip("-").isdigit():
        return int(default.text)
    return default.text


def access(holds: Callable[[Event], bool | None]) -> Access:
    """Work out who can bring about an event for which a condition holds.

    The condition answers None where the event does not decide it.
    """
    push, fork = (holds(Event(name, source="webhook")) for name in (ANY_BRANCH, FORK_BRANCH))
    if push is True or fork is True:
        return Access(Reach.ANY_BRANCH, fork is True)
    if None not in (holds(Event(ANY_BRANCH)), holds(Event(FORK_BRANCH))):
        return Access(Reach.FILTERED, False)
    if holds(Event(source="webhook")) is False and holds(Event(source="api")) is False:
        return Access(Reach.SCHEDULED, False)
    return Access(Reach.CONDITION, False)
