"""What the tests of the client share: a client that may reach one fake registry, and no other."""

from __future__ import annotations

import pytest

from secguard.net.failure import AskError, Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client, Login
from secguard.oci.reference import Reference, parse
from tests.fakes.registry import Registry

MADE: list[Wire] = []
"""The wires to close after a test."""


def client_for(
    *registries: Registry,
    login: Login | None = None,
    seconds: float = 20,
    timeout: float = 5,
    ca_file: str = "",
    proxies: dict[str, str] | None = None,
) -> Client:
    hosts = frozenset(one.host for one in registries)
    plain = frozenset(one.host for one in registries if one.scheme == "http")
    own = Network(hosts, plain, proxies or {}, ca_file, timeout, pause=0.01)
    wire = Wire(own, seconds)
    MADE.append(wire)

    def logins(reference: Reference) -> Login | None:
        return login if reference.domain == registries[0].host else None

    return Client(wire, logins)


def image(registry: Registry, rest: str = "acme/app:1") -> Reference:
    return parse(f"{registry.host}/{rest}")


def failure(client: Client, reference: Reference, digest: str = "") -> AskError:
    """Ask, and give the error that has to come."""
    with pytest.raises(AskError) as caught:
        if digest:
            client.details(reference, digest)
        else:
            client.head(reference)
    assert isinstance(caught.value.failure, Failure)
    return caught.value
