"""Who must look at a change of the config: GitHub's file CODEOWNERS."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Any

from secguard.api.fields import raw, text
from secguard.api.github import GitHub
from secguard.net.failure import AskError, Failure

CONFIG = ".circleci/config.yml"
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks; the first one counts."""

_MAX_PATTERN = 200
_MAX_STARS = 8
_PART = re.compile(r"/\*\*/|\*\*/|\*\*|\*|\?|.", re.DOTALL)
_MEANS = {"/**/": "/(?:.*/)?", "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def config_owned(github: GitHub, owner: str, name: str, branch: str) -> bool:
    """Say whether somebody owns the config on a branch; raise AskError where that is not known."""
    for place in PLACES:
        try:
            file = github.get(f"/repos/{{}}/{{}}/contents/{place}", owner, name, ref=branch)
        except AskError as error:
            if error.failure is Failure.MISSING:
                continue
            raise
        return owned(_content(file), CONFIG)
    return False


def _content(file: Any) -> str:
    content = raw(file, "content")
    # NOTE: a file of more than a megabyte comes without its content, and says so here.
    if content is None or text(file, "encoding") != "base64":
        raise AskError(Failure.UNTRUSTED, "sends a file without its content")
    try:
        return b64decode(content).decode("utf-8", "replace")
    except ValueError:
        raise AskError(Failure.UNTRUSTED, "sends a file that cannot be decoded") from None


def owned(content: str, path: str) -> bool:
    """Say whether a file CODEOWNERS gives a path to somebody; the last line that fits counts."""
    for line in reversed(content.splitlines()):
        pattern, *owners = line.partition(" #")[0].split()[:2] or ("#",)
        if not pattern.startswith("#") and fits(pattern, path):
            return bool(owners) and not owners[0].startswith("#")
    return False


def fits(pattern: str, path: str) -> bool:
    """Say whether a pattern, in the manner of gitignore, means a path."""
    if len(pattern) > _MAX_PATTERN or pattern.count("*") > _MAX_STARS or pattern.startswith("!"):
        return False
    anchored = "/" in pattern.rstrip("/")
    inner = pattern.strip("/")
    means = "".join(_MEANS.get(part, re.escape(part)) for part in _PART.findall(inner))
    if pattern.endswith("/"):
        end = "/.*"
    elif pattern.endswith("/*"):
        end = ""
    else:
        end = "(?:/.*)?"
    return re.fullmatch(f"{'' if anchored else '(?:.*/)?'}{means}{end}", path) is not None
