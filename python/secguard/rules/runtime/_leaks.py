"""What findings say of a value that stands where it can be read."""

from __future__ import annotations

from typing import Iterable

from secguard.runtime.content import Hit

MANY = 50
"""Places with the same value that are told one by one."""


def value_in(hit: Hit, thing: str) -> str:
    """Say which variable's value stands in a thing, and in which form; never the value."""
    who = " and ".join(f"'{name}'" for name in hit.names)
    holds = "hold" if hit.names[1:] else "holds"
    what = f"a secret that {who} {holds}" if hit.what else f"the value of {who}"
    more = [f"as {hit.form}"] if hit.form else []
    more += [f"{hit.count} times"] if hit.count > 1 else []
    origin = f": {hit.what}" if hit.what else ""
    return ", ".join((f"{what} is in {_place(hit, thing)}", *more)) + origin


def token_in(hit: Hit, thing: str) -> str:
    """Say what kind of credential stands in a thing that no variable holds."""
    times = f", {hit.count} times" if hit.count > 1 else ""
    return f"a credential is in {_place(hit, thing)}{times}: '{hit.what}'"


def by_variable(hits: Iterable[Hit]) -> dict[str, list[Hit]]:
    """Sort hits by the variable whose value they are; tokens of no variable are left out."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        if hit.names:
            groups.setdefault(hit.names[0], []).append(hit)
    return groups


def _place(hit: Hit, thing: str) -> str:
    return f"the name of this {thing}" if hit.in_name else f"this {thing}"
