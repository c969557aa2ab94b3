"""How CircleCI names projects and organisations: by the host of their code, long or short."""

from __future__ import annotations

LONG = {"gh": "github", "bb": "bitbucket"}
"""Code hosts as the first version of the API writes them."""
SHORT = {long: short for short, long in LONG.items()}
"""Code hosts as slugs write them."""


def old(slug: str) -> str:
    """Write a slug as the first version of the API does."""
    host, _, rest = slug.partition("/")
    return f"{LONG.get(host, host)}/{rest}"
