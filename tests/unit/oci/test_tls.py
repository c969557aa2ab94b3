"""TLS: only certificates that can be followed to a known authority are accepted."""

from __future__ import annotations

import base64
import socket
import threading
from contextlib import suppress
from typing import Iterator

import pytest

from secguard.net.failure import Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client, Login
from secguard.oci.reference import parse
from tests.fakes.certificates import Certificates, certificates
from tests.fakes.registry import SECRET, USER, Registry
from tests.unit.oci.asking import MADE, client_for, failure, image


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def registry(made: Certificates) -> Iterator[Registry]:
    with Registry(auth="token", tls=(made.certificate, made.key)) as registry:
        registry.image("acme/app", "1")
        yield registry


def test_an_authority_of_our_own_is_trusted(registry: Registry, made: Certificates) -> None:
    client = client_for(registry, login=Login(USER, SECRET), ca_file=made.authority)
    digest = client.head(image(registry)).digest
    assert client.details(image(registry), digest).created == "2026-09-01"


def test_an_unknown_authority_is_not_passed_over(registry: Registry) -> None:
    error = failure(client_for(registry, login=Login(USER, SECRET)), image(registry))
    assert error.failure is Failure.UNTRUSTED
    assert "certificate" in error.message
    assert registry.log == []


def test_a_certificate_for_another_name_is_refused(registry: Registry, made: Certificates) -> None:
    name = registry.host.replace("127.0.0.1", "localhost")
    MADE.append(Wire(Network(frozenset({name}), ca_file=made.authority, pause=0.01), 20))
    error = failure(Client(MADE[-1], lambda _: None), parse(f"{name}/acme/app:1"))
    assert error.failure is Failure.UNTRUSTED


def test_a_server_without_tls_is_not_spoken_to_plainly() -> None:
    with Registry() as plain:
        MADE.append(Wire(Network(frozenset({plain.host}), pause=0.01), 20))
        error = failure(Client(MADE[-1], lambda _: None), image(plain))
        assert error.failure is Failure.UNTRUSTED
        assert plain.log == []


def test_a_realm_without_tls_is_refused(registry: Registry, made: Certificates) -> None:
    with Registry() as plain:
        registry.realm = f"http://{plain.host}/token"
        client = client_for(registry, plain, login=Login(USER, SECRET), ca_file=made.authority)
        assert failure(client, image(registry)).failure is Failure.UNTRUSTED
        assert plain.log == []


def test_a_redirect_to_plain_http_is_refused(registry: Registry, made: Certificates) -> None:
    with Registry() as plain:
        registry.mode, registry.redirect = "redirect", f"http://{plain.host}"
        client = client_for(registry, plain, ca_file=made.authority)
        assert failure(client, image(registry)).failure is Failure.UNTRUSTED
        assert plain.log == []


def test_a_tunnel_through_a_proxy_keeps_tls(registry: Registry, made: Certificates) -> None:
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), target:
            while data := source.recv(65_536):
                target.sendall(data)

    def tunnel() -> None:
        near, _ = listener.accept()
        said = b""
        while not said.endswith(b"\r\n\r\n"):
            said += near.recv(65_536)
        asked.append(said)
        far = socket.create_connection(("127.0.0.1", registry.port))
        near.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=pump, args=(far, near), daemon=True).start()
        pump(near, far)

    worker = threading.Thread(target=tunnel, daemon=True)
    worker.start()
    proxies = {"https": f"http://me:secret@127.0.0.1:{listener.getsockname()[1]}"}
    network = Network(ca_file=made.authority, proxies=proxies, pause=0.01)
    MADE.append(Wire(network, 20))
    reference = parse("registry.example/acme/app:1")
    client = Client(MADE[-1], lambda _: None)
    registry.auth = ""
    assert client.head(reference).digest == registry.names["acme/app", "1"]
    assert asked[0].startswith(b"CONNECT registry.example:443 HTTP/1.")
    assert base64.b64encode(b"me:secret") in asked[0]
    assert "proxy-authorization" not in registry.log[0][2]
    MADE.pop().close()
    worker.join(5)
    listener.close()


@pytest.mark.parametrize("name", ["10.0.0.1", "169.254.169.254", "metadata.google.internal", "db"])
def test_a_proxy_is_not_used_to_reach_private_hosts(name: str) -> None:
    with Registry() as proxy:
        network = Network(proxies={"https": proxy.host}, pause=0.01)
        client = Client(Wire(network, 20), lambda _: None)
        error = failure(client, parse(f"{name}:443/acme/app:1"))
        assert error.failure is Failure.UNREACHABLE
        assert proxy.log == []
