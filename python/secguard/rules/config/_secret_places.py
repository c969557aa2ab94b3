"""Tells where in a command a secret stands: in a URL, in a build argument."""

from __future__ import annotations

import re

from secguard.circleci.secret_flow.uses import Use
from secguard.secrets.hosts import is_local_host
from secguard.shell import Command, Word

_USERINFO = re.compile(r"://[^/?#@\s\"']*\Z")
_HOST = re.compile(r"[^/?#\s\"'@]*@([^/:?#\s\"']*)")
_QUERY = re.compile(r"(?:://([^/:?#\s]*)|/|\})[^\s]*[?&][\w.\[\]-]+=\"?\Z")
_BUILD_ARGUMENT = re.compile(r"--build-arg[ =][\"']?\w+=[\"']?\Z")
_WINDOW = 200


def in_url(word: Word, use: Use) -> str:
    """Say in which part of a URL for another machine a secret stands; empty for none."""
    before = word.source[max(word.start, use.start - _WINDOW) : use.start]
    after = word.source[use.end : min(word.end, use.end + _WINDOW)]
    host = _HOST.match(after)
    if host and _USERINFO.search(before):
        return "" if _local(host[1]) else "userinfo"
    query = _QUERY.search(before)
    return "query" if query and not _local(query[1]) else ""


def in_build_argument(command: Command, use: Use) -> bool:
    """Say whether a secret is the value of a `--build-arg`."""
    before = command.source[max(command.start, use.start - _WINDOW) : use.start]
    return _BUILD_ARGUMENT.search(before) is not None


def _local(host: str | None) -> bool:
    return bool(host) and "$" not in str(host) and is_local_host(str(host))
