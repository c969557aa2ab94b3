"""Secrets whose age matters, gathered by the place that keeps them."""

from __future__ import annotations

from typing import Dict, List, Tuple

from secguard.access.estate import Estate
from secguard.access.rotation import Judged, aged, judged

Groups = Dict[Tuple[str, str, bool, bool], List[Judged]]


def groups(estate: Estate, status: str) -> Groups:
    """Find the secrets of a status by owner, kind, incident and whether they likely are secrets."""
    found: Groups = {}
    secrets = aged(estate.organisation, estate.projects)
    for one in judged(secrets, estate.policy, estate.today):
        if one.status == status:
            key = (one.secret.owner, one.secret.kind, one.incident, one.likely)
            found.setdefault(key, []).append(one)
    return found


def counted(kind: str, number: int) -> str:
    """Name a kind in words, as many as there are."""
    word = kind.replace("_", " ")
    return f"the {word}" if number == 1 else f"{number} {word}s"
