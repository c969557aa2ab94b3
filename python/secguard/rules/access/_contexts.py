"""What rules about contexts share: where a context is used, and whether it holds much."""

from __future__ import annotations

import re
from typing import Iterable

from secguard.access.estate import Estate, Use
from secguard.access.model import Context
from secguard.finding import Location
from secguard.rules.config._contexts import auxiliary

_WORD = re.compile(r"[a-z]+")
_ACTING = frozenset("admin deploy prod production publish push release write".split())


def uses_at(held: Iterable[Use], most: int) -> tuple[Location, ...]:
    """Point at some of the uses of a context, each place once, those of any branch first."""
    found: dict[Location, Location] = {}
    for use in sorted(held, key=lambda one: not one.any_branch):
        who = "any branch" if use.any_branch else use.reach
        if len(found) < most:
            found.setdefault(use.where, use.at(f"{use.job!r} has it, run by {who}"))
    return tuple(found.values())


def minor(estate: Estate, context: Context) -> bool:
    """Say whether a context has little to lose: by what it holds, by its name, by the policy."""
    if context.variables == () or estate.allows(context.name):
        return True
    return auxiliary(context.name) and _ACTING.isdisjoint(_WORD.findall(context.name.lower()))
