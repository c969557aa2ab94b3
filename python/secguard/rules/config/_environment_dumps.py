"""Commands that write out the whole environment."""

from __future__ import annotations

import re
from typing import Iterable

from secguard.secrets.names import is_secret_name
from secguard.shell import Command

_READERS = frozenset("cat head less more strings tac tail tr xargs xxd".split())
_ENVIRON = re.compile(r"/proc/[\w*$]+/environ|\$\{?(?:BASH_ENV|CIRCLE_SHELL_ENV)\b")
_CODE = re.compile(
    r"print\((?:dict\()?os\.environ\)?\)|console\.log\(process\.env\)|JSON\.stringify\(process\.env"
    r"|\b(?:p|pp|puts) ENV\b(?!\[)"
)
_DECLARATIONS = frozenset(("declare", "export", "readonly", "typeset"))
# What leaves only names: `cut -d= -f1`, `awk -F= '{print $1}'`, `sed 's/=.*//'`.
_NAMES_ONLY = re.compile(r"cut .*-f ?1(?!\S)|awk .*-F *['\"]?=.*\$1\b|sed .*s(.)=\.\*\1")
_EVERYWHERE = (
    "AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN CIRCLE_OIDC_TOKEN DOCKER_PASSWORD GITHUB_TOKEN "
    "NPM_TOKEN"
).split()


def dump(command: Command) -> str:
    """Name what writes out the environment, e.g. `printenv`; empty for other commands."""
    said = [word.text for word in command.args]
    name = command.name
    if name in ("env", "printenv"):
        return name if all(_option(text) for text in said) else ""
    if name == "set":
        return name if not said else ""
    if name in _DECLARATIONS and all(re.fullmatch(r"-[px]{1,2}", text) for text in said):
        return " ".join((name, *said))
    sources = [*said, *(one.target.text for one in command.redirects if one.operator == "<")]
    if name in _READERS:
        found = next((one for one in map(_ENVIRON.search, sources) if one), None)
        return f"{name} {found.group().replace('{', '')}" if found else ""
    if name in ("python", "python3", "node", "ruby") and any(map(_CODE.search, said)):
        return name
    if name == "docker" and said[:1] == ["inspect"]:
        return "" if any(text.startswith(("-f", "--format")) for text in said) else "docker inspect"
    return ""


def _option(text: str) -> bool:
    return text in ("-0", "--null", "-v") or re.match(r"\w+=", text) is not None


def values_pass(filters: Iterable[Command], names: Iterable[str]) -> bool:
    """Say whether filters let through values of secrets; `names` are those that the job reads."""
    wanted = [name.lower() for name in (*names, *_EVERYWHERE)]
    for filter in filters:
        said = " ".join((filter.name, *(word.text for word in filter.args)))
        if _NAMES_ONLY.match(said) or filter.name == "wc":
            return False
        if filter.name in ("grep", "egrep") and not re.search(r" -\w*v| --invert", said):
            patterns = [word.text for word in filter.args if not word.text.startswith("-")][:1]
            parts = [
                part.strip("^$=.*()\\[]'\" ").lower()
                for text in patterns
                for part in re.split(r"\\?\|", text)
            ]
            if not any(
                part in name or is_secret_name(part) for part in parts if part for name in wanted
            ):
                return False
    return True
