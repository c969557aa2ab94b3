"""Finds the secrets of configs whichever rules were chosen, so that no report shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Collection

from secguard.engine import check

if TYPE_CHECKING:
    from secguard.targets import Loaded

_RULES = ("cloud_key_long_lived", "encrypted_secret", "plaintext_secret")
"""The rules that know secrets."""


def cover(loaded: Loaded, ran: Collection[str] = ()) -> None:
    """Note in the sources where secrets are, as far as no rule that ran has told it."""
    from secguard.rules import rules

    missing = [rule for rule in rules("config", only=_RULES) if rule.id not in ran]
    found, _ = check(missing, [(config.uri, config) for config in loaded.configs])
    for one in found:
        source = loaded.sources.get(one.where.uri)
        if source is not None and one.secrets:
            secrets = tuple(dict.fromkeys((*source.secrets, *one.secrets)))
            loaded.sources[source.uri] = replace(source, secrets=secrets)
