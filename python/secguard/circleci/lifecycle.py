"""Which of CircleCI's own images have ended, and what to take instead.

Sources: the image support policies and the changelog of CircleCI, its posts on the deprecation of
the Ubuntu 14.04 and 16.04 images and of the convenience images, read in October 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from secguard.circleci.offerings import DATE, DEPRECATED, OFFERED


@dataclass(frozen=True)
class Ended:
    """An image, or a version, that should no longer be asked for."""

    gone: bool
    """True where jobs fail, or run on what gets no security updates; else it is to go."""
    why: str
    """What happened to it, as the end of a sentence that begins with its name."""
    instead: str = ""
    """What to ask for; empty where nothing takes its place."""


UBUNTU = "ubuntu-2404:current"
WINDOWS = "windows-server-2022-gui:current"

_FAMILIES = {
    "circleci/classic": Ended(True, "was removed on 31 May 2022 with Ubuntu 14.04", UBUNTU),
    "ubuntu-1404": Ended(True, "was removed on 31 May 2022", UBUNTU),
    "ubuntu-1604": Ended(True, "was removed on 31 May 2022", UBUNTU),
    "ubuntu-1804": Ended(True, "is not offered", UBUNTU),
    "ubuntu-2004": Ended(
        True, "is no longer supported: updates for Ubuntu 20.04 ended on 31 May 2025", UBUNTU
    ),
    "linux-cuda-10": Ended(True, "was removed", "linux-cuda-12:default"),
    "linux-cuda-11": Ended(
        False, "is to be removed: the two newest major versions are kept", "linux-cuda-12:default"
    ),
    "windows-server-2019": Ended(
        False, "is to be removed: images of Windows Server 2025 have come", WINDOWS
    ),
}
"""Machine images by the beginning of their name."""

_REMOVED_2024 = {
    f"android:{tag}"
    for tag in (
        "202102-01 2021.12.1 2022.01.1 2022.03.1 2022.04.1 2022.06.1 2022.06.2 2022.07.1 "
        "2022.08.1 2022.09.1 2023.03.1 2023.04.1 2023.06.1 2023.07.1 2023.09.1 2023.11.1"
    ).split()
}
_OLD = 2
"""Years after which a dated image counts as old."""

CONVENIENCE = {
    "android": "cimg/android",
    "buildpack-deps": "cimg/base",
    "clojure": "cimg/clojure",
    "dynamodb": "amazon/dynamodb-local",
    "elixir": "cimg/elixir",
    "golang": "cimg/go",
    "jruby": "jruby",
    "mariadb": "cimg/mariadb",
    "mongo": "mongo",
    "mysql": "cimg/mysql",
    "node": "cimg/node",
    "openjdk": "cimg/openjdk",
    "php": "cimg/php",
    "postgres": "cimg/postgres",
    "python": "cimg/python",
    "redis": "cimg/redis",
    "ruby": "cimg/ruby",
    "rust": "cimg/rust",
}
"""The convenience images `circleci/…` that get no updates since 31 December 2021, and what takes
their place; where CircleCI has no such image any more, the one that the vendor publishes."""


def release(tag: str) -> tuple[int, ...]:
    """Read the date of an image, `2024.11.1` or `202111-02`; empty where the tag has none."""
    found = re.fullmatch(r"(20\d\d)(?:\.(\d\d)\.|(\d\d)-)(\d+)", tag, re.ASCII)
    return (int(found[1]), int(found[2] or found[3]), int(found[4])) if found else ()


def machine_image(name: str) -> Ended | None:
    """Say what has become of a machine image."""
    for prefix, ended in _FAMILIES.items():
        if name.startswith(prefix):
            return ended
    family, _, tag = name.partition(":")
    known = _table(OFFERED).get(family, ())
    newest = f"{family}:{max(known, key=release)}" if known else ""
    if name in _REMOVED_2024:
        return Ended(True, "was removed on 30 September 2024", newest)
    if tag in _table(DEPRECATED).get(family, ()):
        return Ended(False, "is deprecated", newest)
    built = release(tag)
    if built and known and tag not in known and built[0] <= int(DATE[:4]) - _OLD:
        return Ended(False, f"was built in {built[0]} and gets no updates", newest)
    return None


def xcode(version: str) -> Ended | None:
    """Say what has become of an Xcode version; one that is newer than the catalog is fine."""
    wanted = _numbers(version)
    offered = sorted(_table(OFFERED)["xcode"], key=_numbers)
    deprecated = _table(DEPRECATED).get("xcode", ())
    later = [one for one in offered if _numbers(one) >= wanted]
    instead = (later or offered)[0]
    if any(_numbers(one)[:2] == wanted for one in deprecated):
        return Ended(False, "is deprecated", instead)
    if not wanted or not later or any(_numbers(one)[: len(wanted)] == wanted for one in offered):
        return None
    return Ended(True, f"is not offered (as of {DATE})", instead)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d{1,4}(?:\.\d{1,4})?", version, re.ASCII)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def remote_docker(version: str) -> Ended | None:
    """Say what has become of a version that `setup_remote_docker` asks for."""
    if version == "20.10.24":
        return Ended(False, "is deprecated", "default")
    if version == "docker26":
        return Ended(False, "is to be removed", "default")
    if re.fullmatch(r"(?:1[789]|20)\.\d+\.\d+(?:-ce)?|docker(?:1\d|2[0-4])", version, re.ASCII):
        return Ended(True, "was removed on 30 September 2024", "default")
    return None


@lru_cache(maxsize=2)
def _table(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        family, *tags = line.split()
        found[family] = (*found.get(family, ()), *tags)
    return found
