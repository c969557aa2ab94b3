"""What a job's own identity token says of the job; nothing here checks who signed it."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, Callable, Mapping

TOKENS = ("CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN")
"""The variables that hold the token, the one that says more first."""

_NAMESPACE = "oidc.circleci.com/"
_LONGEST = 1 << 16
_MOST_CONTEXTS = 500
_LONGEST_TEXT = 500
_PAYLOAD = re.compile(r"[\w=-]+\.([\w=-]+)\.[\w=-]*", re.ASCII)


@dataclass(frozen=True)
class Identity:
    """The claims of a token; None where it makes none of a kind."""

    variable: str
    """The variable that holds the token."""
    texts: Mapping[str, str]
    """CircleCI's own claims that are texts, e.g. `project-id`."""
    contexts: tuple[str, ...] | None = None
    """The ids of the contexts that the job has."""
    ssh_rerun: bool | None = None
    """True where somebody ran the job again to log in."""
    lifetime: int | None = None
    """Seconds from its making to its end."""

    @property
    def ref(self) -> str:
        """What is built, e.g. `refs/heads/main`; empty for what a custom webhook started."""
        return self.texts.get("vcs-ref", "")

    @property
    def origin(self) -> str:
        """The repository it is from, e.g. `github.com/acme/shop`."""
        return self.texts.get("vcs-origin", "")

    def about(self, key: str) -> tuple[str, ...] | None:
        """Give what it says about `refs`, `origins` or `contexts`; None where it says nothing."""
        if key == "contexts":
            return self.contexts
        text = self.ref if key == "refs" else self.origin
        return (text,) if text else None


def identity(value_of: Callable[[str], str]) -> Identity | None:
    """Read the first token that can be read; `value_of` gives a variable's value or nothing."""
    for name in TOKENS:
        claims = _claims(value_of(name))
        own = {key[len(_NAMESPACE) :]: claims[key] for key in claims if key.startswith(_NAMESPACE)}
        if own:
            return _identity(name, claims, own)
    return None


def _claims(token: str) -> Mapping[str, Any]:
    match = _PAYLOAD.fullmatch(token) if len(token) <= _LONGEST else None
    if match is None:
        return {}
    try:
        data = json.loads(base64.urlsafe_b64decode(match[1] + "=="))
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _identity(name: str, claims: Mapping[str, Any], own: Mapping[str, Any]) -> Identity:
    ids, rerun = own.get("context-ids"), own.get("ssh-rerun")
    ids = ids[:_MOST_CONTEXTS] if isinstance(ids, list) else None
    start, end = claims.get("iat"), claims.get("exp")
    return Identity(
        name,
        {key: text[:_LONGEST_TEXT] for key, text in own.items() if isinstance(text, str)},
        None if ids is None else tuple(dict.fromkeys(str(one)[:_LONGEST_TEXT] for one in ids)),
        rerun if isinstance(rerun, bool) else None,
        end - start if isinstance(start, int) and isinstance(end, int) else None,
    )
