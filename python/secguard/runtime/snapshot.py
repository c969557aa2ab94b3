"""What a job can know about itself: its variables, their sources, and what goes on around."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any, Mapping

from secguard.finding import Location
from secguard.runtime.environ import Variable

_FORK = ("CIRCLE_PR_USERNAME", "CIRCLE_PR_REPONAME")
_CLAIMS = "oidc.circleci.com/"


@dataclass(frozen=True)
class Process:
    """Another process, and the variables whose values stand in its command line."""

    name: str
    names: tuple[str, ...]


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

    @property
    def claims(self) -> Mapping[str, Any]:
        """What the job's own identity token says, which nothing here verifies; empty without."""
        for name in ("CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN"):
            found = _claims(self.get(name))
            if found:
                return found
        return {}

    @property
    def fork(self) -> str:
        """The repository that a forked pull request comes from; empty where it is none."""
        owner, name = map(self.get, _FORK)
        if owner and name:
            return f"{owner}/{name}"
        origin = str(self.claims.get("vcs-origin", ""))
        own = f"{self.get('CIRCLE_PROJECT_USERNAME')}/{self.get('CIRCLE_PROJECT_REPONAME')}"
        known = len(own) > 1 and origin.count("/") == 2
        return origin if known and not origin.lower().endswith("/" + own.lower()) else ""


def _text(variable: Variable) -> str:
    return variable.value.reveal().decode("utf-8", "replace")


def _claims(token: str) -> Mapping[str, Any]:
    try:
        payload = token.split(".")[1]
        data = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {name[len(_CLAIMS) :]: data[name] for name in data if name.startswith(_CLAIMS)}
