"""Finds logins in a docker config: written there, or kept by a helper program."""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Mapping

from secguard.errors import UsageError
from secguard.oci.client import Login
from secguard.oci.reference import HUB, Reference

MAX_SIZE = 1024 * 1024
HELPER_SECONDS = 10

_HUB_KEYS = ("https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io")
_HELPER = re.compile(r"[A-Za-z0-9._-]{1,60}")


class DockerConfig:
    """The logins of one docker config, which is only read."""

    def __init__(self, path: Path, search: str) -> None:
        """Read the file; `search` are the folders in which helper programs are looked for."""
        self._search = search
        try:
            text = path.read_bytes()[: MAX_SIZE + 1]
            data = json.loads(text)
        except (OSError, ValueError, RecursionError) as error:
            raise UsageError(
                f"cannot read the docker config {path}: {type(error).__name__}"
            ) from None
        data = data if isinstance(data, dict) else {}
        self._auths = _section(data, "auths")
        self._helpers = _section(data, "credHelpers")
        self._store = data.get("credsStore", "")

    def login(self, reference: Reference) -> Login | None:
        """Give the login for a repository, the one for the longest part of its name first."""
        for key in _keys(reference):
            helper = self._helpers.get(key)
            if isinstance(helper, str):
                return self._ask(helper, key)
            entry = self._auths.get(key)
            if isinstance(entry, dict):
                found = _written(entry)
                if found is not None:
                    return found
        if isinstance(self._store, str) and self._store:
            key = _HUB_KEYS[0] if reference.domain == HUB else reference.domain
            return self._ask(self._store, key)
        return None

    def _ask(self, helper: str, key: str) -> Login | None:
        program = None
        if _HELPER.fullmatch(helper):
            program = shutil.which(f"docker-credential-{helper}", path=self._search)
        if program is None:
            return None
        try:
            done = subprocess.run(  # noqa: S603 - the program that docker itself would run
                [program, "get"],
                input=key.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=HELPER_SECONDS,
            )
            data = json.loads(done.stdout[:MAX_SIZE]) if done.returncode == 0 else None
        except (OSError, ValueError, RecursionError, subprocess.SubprocessError):
            return None
        user = data.get("Username") if isinstance(data, dict) else None
        secret = data.get("Secret") if isinstance(data, dict) else None
        if not isinstance(user, str) or not isinstance(secret, str):
            return None
        return Login(token=secret) if user == "<token>" else Login(user, secret)


def _section(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _keys(reference: Reference) -> list[str]:
    parts = [reference.domain, *reference.path.split("/")]
    names = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
    if reference.domain == HUB:
        return [*names[:-1], *_HUB_KEYS]
    return [*names, f"https://{reference.domain}", f"https://{reference.domain}/v2/"]


def _written(entry: Mapping[str, Any]) -> Login | None:
    token = entry.get("identitytoken")
    if isinstance(token, str) and token:
        return Login(token=token)
    user, secret = entry.get("username"), entry.get("password")
    pair = entry.get("auth")
    if isinstance(pair, str) and pair:
        try:
            user, _, secret = base64.b64decode(pair, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
    if isinstance(user, str) and isinstance(secret, str) and user:
        return Login(user, secret.rstrip("\0"))
    return None
