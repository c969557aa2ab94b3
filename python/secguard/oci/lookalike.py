"""Names that pass for another name at a glance."""

from __future__ import annotations

from typing import Iterable

from secguard.oci.reference import HUB, Reference
from secguard.oci.registry import known_hosts, registry_kind

_SAME = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("-", ""), ("_", ""))
"""What readers take for one another, and what they read over."""
_SHORT = 7
"""Names up to this length have too many honest neighbours for a changed or missing letter."""

_NAMESPACES = (
    "cimg circleci library bitnami hashicorp amazon google grafana docker jenkins elastic "
    "selenium cypress sonarsource localstack rabbitmq redis mongodb postgis"
).split()
"""Publishers on Docker Hub that many configs name."""


def imitates(name: str, known: Iterable[str]) -> str:
    """Give the known name that another one could be taken for; empty if there is none."""
    names = tuple(known)
    if name in names or len(name) > 100:
        return ""
    return next((other for other in names if _alike(name, other)), "")


def imitates_host(host: str, known: Iterable[str]) -> str:
    """Give the known host that another one could be taken for; empty if there is none."""
    names = tuple(known)
    host = host.partition(":")[0]
    if host in names:
        return ""
    return next((name for name in names if host.startswith(name + ".")), "") or imitates(
        host, names
    )


def imitated(reference: Reference) -> tuple[str, str]:
    """Give the registry or namespace of an image, and the known one that it passes for."""
    if "domain" not in reference.holes and registry_kind(reference.domain) == "other":
        host = reference.domain
        if host.lower() in _NAMESPACES:
            return host, host.lower()  # NOTE: a capital letter makes a registry of a namespace
        return host, imitates_host(host, known_hosts())
    if reference.domain == HUB and not reference.ambiguous:
        namespace = reference.path.split("/")[0]
        return namespace, imitates(namespace, _NAMESPACES)
    return "", ""


def _alike(name: str, other: str) -> bool:
    if _plain(name) == _plain(other):
        return True
    short = len(other) <= _SHORT
    if len(name) == len(other):
        at = [index for index in range(len(name)) if name[index] != other[index]]
        if len(at) == 1:
            return not short
        return len(at) == 2 and at[1] == at[0] + 1 and _swapped(name, other, at[0])
    if len(name) == len(other) + 1:
        return any(
            name[:index] + name[index + 1 :] == other
            and (not short or name[index] == name[index - 1] or name[index:] == "s")
            for index in range(1, len(name))
        )
    if len(name) == len(other) - 1 and not short:
        return any(other[:index] + other[index + 1 :] == name for index in range(1, len(other)))
    return False


def _swapped(name: str, other: str, at: int) -> bool:
    return name[at] == other[at + 1] and name[at + 1] == other[at]


def _plain(name: str) -> str:
    name = name.lower()
    for text, same in _SAME:
        name = name.replace(text, same)
    return name
