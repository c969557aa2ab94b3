"""Which variables of a job hold secrets, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Collection, Mapping

from secguard.runtime.derive import holds_secret
from secguard.runtime.secret import Secret
from secguard.runtime.strength import bits, is_distinctive, ordinary
from secguard.secrets.entropy import looks_random
from secguard.secrets.names import is_secret_name

_SECRETS = frozenset("CIRCLE_CONTINUATION_KEY AWS_ACCESS_KEY_ID SECGUARD_FINGERPRINT_KEY".split())
_SECRET = re.compile(r"CIRCLE_OIDC_TOKEN\w*|CIRCLE_(?:CI_)?(?:API_)?(?:TOKEN|KEY)|BUNDLE_\w+__\w+")
# Set by CircleCI, the shell or this tool itself.
_BUILT_IN = re.compile(
    r"CI|CIRCLECI|CIRCLE_\w+|SECGUARD_\w+|BASH_ENV|_|HOME|PATH|PWD|OLDPWD|USER|LOGNAME|SHELL|SHLVL"
    r"|HOSTNAME|TERM|LANG|LC_\w+|TMPDIR|XDG_\w+|SSH_AUTH_SOCK|LS_COLORS|BASH_FUNC_.*"
)
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.~-]{20,4096}")
# Digests, commits and identifiers are random and no secrets, unless their name says so.
_IDENTIFIER = re.compile(
    r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})"
    r"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|sha\d{3}[:-].*|.*/.*/.*"
)
_RANDOM_BITS = 60
_LEAST_FORCED = 4


@dataclass(frozen=True)
class Variable:
    """A variable of the job; its value is shown by nothing."""

    name: str
    value: Secret
    why: str = ""
    """Why its value should be secret; empty where nothing says so."""
    weak: str = ""
    """Why it cannot be treated as one all the same: it would be found everywhere."""
    forced: bool = False
    """True where the user says that it is a secret."""

    @property
    def is_secret(self) -> bool:
        """True where the value must not be seen."""
        return bool(self.why) and not self.weak

    @property
    def is_searchable(self) -> bool:
        """True where a file that holds the value holds it for no other reason."""
        value = self.value.reveal()
        if self.forced:
            return len(value) >= _LEAST_FORCED
        return self.is_secret and is_distinctive(value)


def variables(
    environ: Mapping[str, bytes],
    secret: Collection[str] = (),
    is_public: Callable[[str], bool] = lambda name: False,
) -> tuple[Variable, ...]:
    """Judge each variable of an environment, in the order of the names.

    `secret` names those that the user wants to be treated as secrets, `is_public` says of which
    variables somebody decided that they are none.
    """
    common = {
        value
        for name, value in environ.items()
        if _BUILT_IN.fullmatch(name) and not _is_named_secret(name)
    }
    found = []
    for name, value in sorted(environ.items()):
        if name in secret:
            found.append(Variable(name, Secret(name, value), "you said so", forced=True))
            continue
        why = "" if is_public(name) else _why(name, value)
        weak = ordinary(value) if why else ""
        if why and value in common:
            weak = "another variable that is no secret has the same value"
        found.append(Variable(name, Secret(name, value), why, weak))
    return tuple(found)


def _is_named_secret(name: str) -> bool:
    return name in _SECRETS or _SECRET.fullmatch(name) is not None


def _why(name: str, value: bytes) -> str:
    if not value.strip():
        return ""
    if _is_named_secret(name):
        return "its name"
    if _BUILT_IN.fullmatch(name):
        return ""
    held = holds_secret(name, value)
    if held:
        return f"its value: {held}"
    if is_secret_name(name):
        return "its name"
    text = value.decode("latin-1")
    if _TOKEN.fullmatch(text) and not _IDENTIFIER.fullmatch(text):
        if looks_random(text) and bits(value) >= _RANDOM_BITS and not ordinary(value):
            return "its value: random characters"
    return ""
