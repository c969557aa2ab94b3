"""What the tests of the API share: a client for servers on 127.0.0.1, and the error that comes."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from secguard.api.client import Api
from secguard.net.failure import AskError
from secguard.net.wire import Network, Wire
from secguard.runtime.secret import Secret
from tests.fakes.http_server import Server

TOKEN = "CCIPAT_of-the.tests_0123456789abcdef"

MADE: list[Wire] = []
"""The wires to close after a test."""


def secret(value: str = TOKEN) -> Secret:
    return Secret("CIRCLE_TOKEN", value.encode())


def api_for(server: Server, *others: Server, seconds: float = 20, **network: Any) -> Api:
    """Make a client that may reach these servers, and asks the first."""
    hosts = frozenset(one.host for one in (server, *others))
    wire = Wire(Network(hosts, hosts, **{"timeout": 5, "pause": 0.01, **network}), seconds)
    MADE.append(wire)
    return Api(wire, server.url, token=secret())


def failing(ask: Callable[[], object]) -> AskError:
    """Ask, and give the error that has to come; the token is nowhere in it."""
    with pytest.raises(AskError) as caught:
        ask()
    error: BaseException | None = caught.value
    while error is not None:
        assert TOKEN not in f"{error!r} {error} {vars(error)}"
        error = error.__cause__ or error.__context__
    return caught.value
