"""How old secrets are, and which of them should have been replaced."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Iterable, Iterator

from secguard.access.model import Organisation, Project
from secguard.policy import Policy
from secguard.secrets.names import is_secret_name


@dataclass(frozen=True)
class Aged:
    """A secret and the day of its value."""

    kind: str
    """One of `policy.rotation.KINDS`."""
    owner: str
    """Where it is kept, as reports name places: `context:NAME`, `project:SLUG`, `runner:CLASS`."""
    name: str
    changed: date | None
    """None where CircleCI does not tell."""


@dataclass(frozen=True)
class Judged:
    """A secret, and what the policy says of its age."""

    secret: Aged
    age: int | None
    """Days since its value was set; None where that is not known."""
    limit: float
    """Days that it may hold; infinite where it may hold for ever."""
    status: str
    """`overdue`, `due` within the last tenth of its time, `ok`, `unknown` or `exempt`."""
    incident: bool = False
    """True where it must be replaced whatever its limit: it is from before the incident."""
    likely: bool = True
    """False for a variable whose name does not say that it holds a secret."""


def aged(organisation: Organisation | None, projects: Iterable[Project]) -> Iterator[Aged]:
    """Go through all that could be read and gets old."""
    if organisation is not None:
        for context in organisation.contexts or ():
            for variable in context.variables or ():
                owner = f"context:{context.name}"
                yield Aged("context_variable", owner, variable.name, variable.since)
        for runner in organisation.runner_tokens or ():
            owner = f"runner:{runner.resource_class}"
            yield Aged("runner_token", owner, runner.nickname or runner.id, runner.created)
    for project in projects:
        owner = f"project:{project.slug}"
        for variable in project.variables or ():
            yield Aged("project_variable", owner, variable.name, variable.since)
        for key in project.keys or ():
            yield Aged("checkout_key", owner, key.fingerprint, key.created)
        for token in project.tokens or ():
            yield Aged("project_token", owner, token.label or token.id, token.created)


def judged(secrets: Iterable[Aged], policy: Policy, today: date) -> tuple[Judged, ...]:
    """Hold secrets against a policy: the oldest first, those of unknown age last."""
    found = [_judged(one, policy, today) for one in secrets]
    return tuple(sorted(found, key=_order))


def _judged(secret: Aged, policy: Policy, today: date) -> Judged:
    variable = secret.kind.endswith("_variable")
    limit = policy.rotation.limit(secret.kind, secret.name)
    age = max(0, (today - secret.changed).days) if secret.changed is not None else None
    if variable and policy.allowed.secret(secret.name):
        return Judged(secret, age, math.inf, "exempt", likely=False)
    since = policy.rotation.all_older_than
    incident = since is not None and (secret.changed is None or secret.changed < since)
    if age is None:
        status = "exempt" if limit == math.inf and not incident else "unknown"
    elif incident or age > limit:
        status = "overdue"
    elif limit == math.inf:
        status = "exempt"
    else:
        status = "due" if age > limit * 0.9 else "ok"
    likely = not variable or is_secret_name(secret.name)
    return Judged(secret, age, limit, status, incident, likely)


def _order(one: Judged) -> tuple[bool, int, str, str, str]:
    secret = one.secret
    return one.age is None, -(one.age or 0), secret.owner, secret.kind, secret.name
