"""What a job can know about itself: its variables, their sources, and what goes on around."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from secguard.finding import Location
from secguard.policy.runtime import Terms
from secguard.runtime.environ import Variable
from secguard.runtime.identity import Identity, identity

_FORK = ("CIRCLE_PR_USERNAME", "CIRCLE_PR_REPONAME")


@dataclass(frozen=True)
class Process:
    """Another process, and the variables whose values stand in its command line."""

    name: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Planned:
    """A job of the config that has the name of this one."""

    where: Location
    contexts: tuple[str, ...]
    """The names of the contexts that the config gives it."""


@dataclass(frozen=True)
class Snapshot:
    """A job's environment as it is now."""

    variables: tuple[Variable, ...]
    """All variables, in the order of their names."""
    config: str = field(default="", repr=False)
    """The text of the config in the checkout."""
    exports: str = field(default="", repr=False)
    """The text of the file that `BASH_ENV` names: what earlier steps hand to later ones."""
    processes: tuple[Process, ...] = ()
    """Other processes that show secrets."""
    found: tuple[tuple[str, Location], ...] = ()
    """Variables whose values stand in the checkout, and where."""
    git: tuple[Location, ...] = ()
    """Where git's settings in the checkout hold credentials."""
    planned: tuple[Planned, ...] = ()
    """What the checkout's configs say of this job, once for each workflow that runs it."""
    terms: tuple[Terms, ...] = ()
    """What the policy wants to be true of this job."""

    @property
    def secrets(self) -> tuple[Variable, ...]:
        """The variables that hold secrets."""
        return tuple(one for one in self.variables if one.is_secret)

    def get(self, name: str) -> str:
        """Give the value of a variable that is no secret, or an empty text."""
        return next((_text(one) for one in self.variables if one.name == name), "")

    def source(self, name: str) -> str:
        """Guess what sets a variable: `export` for an earlier step, `config`, or nothing."""
        assigned = rf"(?m)^[ \t]*(?:export[ \t]+|declare[ \t]+-x[ \t]+)?{re.escape(name)}="
        if re.search(assigned, self.exports):
            return "export"
        key = rf"(?m)^[ \t]*(?:-[ \t]+)?[\"']?{re.escape(name)}[\"']?[ \t]*:"
        return "config" if re.search(key, self.config) else ""

    @cached_property
    def identity(self) -> Identity | None:
        """What the job's own identity token says; None without one that can be read."""
        return identity(self.get)

    @property
    def job(self) -> str:
        """The name of the job."""
        return self.get("CIRCLE_JOB")

    @property
    def fork(self) -> str:
        """The repository that a forked pull request comes from; empty where it is none."""
        owner, name = map(self.get, _FORK)
        if owner and name:
            return f"{owner}/{name}"
        origin = self.identity.origin if self.identity else ""
        own = f"{self.get('CIRCLE_PROJECT_USERNAME')}/{self.get('CIRCLE_PROJECT_REPONAME')}"
        known = len(own) > 1 and origin.count("/") == 2
        return origin if known and not origin.lower().endswith("/" + own.lower()) else ""


def _text(variable: Variable) -> str:
    return variable.value.reveal().decode("utf-8", "replace")
