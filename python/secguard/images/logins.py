"""Finds the login for a repository: what its `auth` names, else what a docker config has."""

from __future__ import annotations

import re
import threading
from typing import Callable, Iterable, Mapping, Pattern

from secguard.images.use import Use
from secguard.oci.client import Login
from secguard.oci.cloud import ACCOUNT, PROVIDER, ROLE, Clouds, Keys
from secguard.oci.reference import Reference
from secguard.oci.registry import registry_kind

TOKENS = ("CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN")
"""The variables with the job's identity token."""

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))", re.ASCII)

Find = Callable[[Reference], "Login | None"]


class Logins:
    """The logins of a run; each cloud is asked once for each role."""

    def __init__(
        self,
        uses: Iterable[Use],
        environment: Mapping[str, str],
        clouds: Clouds,
        otherwise: Find | None,
    ) -> None:
        """Take what the uses name from the environment; `otherwise` is asked for the rest."""
        self._named = {
            (use.reference.domain, use.reference.path): dict(use.auth)
            for use in uses
            if use.auth and use.reference is not None
        }
        self._environment = environment
        self._clouds = clouds
        self._otherwise = otherwise
        self._kept: dict[tuple[str, ...], Login] = {}
        self._lock = threading.Lock()

    def find(self, reference: Reference) -> Login | None:
        """Give the login for a repository; no other repository gets it."""
        named = self._named.get((reference.domain, reference.path), {})
        given = {name: self._value(text) for name, text in named.items()}
        found = self._written(given) or self._minted(reference.domain, given)
        if found is None and self._otherwise is not None:
            return self._otherwise(reference)
        return found

    def _value(self, text: str) -> str:
        found = _VARIABLE.fullmatch(text)
        return self._environment.get(found[1] or found[2], "") if found else text

    def _written(self, given: Mapping[str, str]) -> Login | None:
        user, secret = given.get("username", ""), given.get("password", "")
        return Login(user, secret) if user and secret else None

    def _minted(self, host: str, given: Mapping[str, str]) -> Login | None:
        kind = registry_kind(host)
        token = next(filter(None, map(self._environment.get, TOKENS)), "")
        role, account = (_first(given, pattern)[0] for pattern in (ROLE, ACCOUNT))
        provider = _first(given, PROVIDER)[-1]
        keys = Keys(given.get("aws_access_key_id", ""), given.get("aws_secret_access_key", ""))
        with self._lock:
            key = (host, role, keys.access, provider, account)
            if key in self._kept:
                return self._kept[key]
            if kind == "ecr" and role and token:
                made = self._clouds.ecr_by_role(host, role, token)
            elif kind == "ecr" and keys.access and keys.secret:
                made = self._clouds.ecr_by_keys(host, keys)
            elif kind in ("gar", "gcr") and provider and token:
                made = self._clouds.google(provider, account, token)
            else:
                return None
            self._kept[key] = made
            return made


def _first(given: Mapping[str, str], pattern: Pattern[str]) -> tuple[str, ...]:
    """Give what the first fitting value says, whole and in parts; the names of keys vary."""
    found = next(filter(None, map(pattern.fullmatch, given.values())), None)
    return (found[0], *found.groups()) if found else ("",)
