"""Which addresses a server may lead to, and by which way they are reached."""

from __future__ import annotations

import ipaddress
from base64 import b64encode
from typing import AbstractSet, Mapping, NamedTuple
from urllib.parse import unquote, urlsplit

_MAPPED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
"""Prefixes under which IPv6 reaches IPv4 addresses."""
_UNICAST = ipaddress.ip_network("2000::/3")
"""All that IPv6 has given out for the Internet; not all versions of Python know the rest."""
_CLOSED = tuple(map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")))
"""What looks public and is not: the hosts of two clouds answer their machines there."""
_INNER = (".localhost", ".internal", ".local", ".lan", ".home.arpa")


class Proxy(NamedTuple):
    """A proxy and what it wants to see."""

    host: str
    port: int
    login: dict[str, str]


def proxy_for(scheme: str, host: str, proxies: Mapping[str, str]) -> Proxy | None:
    """Choose the proxy for a host; `proxies` has them by scheme, and exceptions under `no`."""
    wanted = proxies.get(scheme, "")
    passed = [name.strip().lstrip(".").lower() for name in proxies.get("no", "").split(",")]
    if not wanted or any(name in ("*", host) or host.endswith(f".{name}") for name in passed):
        return None
    parts = urlsplit(wanted if "://" in wanted else f"http://{wanted}")
    login = {}
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        login["Proxy-Authorization"] = "Basic " + b64encode(pair.encode()).decode("ascii")
    return Proxy(parts.hostname or "", parts.port or 80, login)


def named(host: str, port: int, known: AbstractSet[str]) -> bool:
    """Say whether a host is in a set, alone or with its port."""
    return host in known or f"{host}:{port}" in known


def is_public(text: str) -> bool:
    """Say whether an address is one of the public Internet; raise ValueError for a name."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and any(address in network for network in _MAPPED):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        return address.is_global and address in _UNICAST
    closed = any(address in network for network in _CLOSED)
    return address.is_global and not address.is_multicast and not closed


def looks_private(host: str) -> bool:
    """Judge a host that only a proxy looks up: an address by its number, a name by its look."""
    try:
        return not is_public(host)
    except ValueError:
        return "." not in host or host.endswith(_INNER)
