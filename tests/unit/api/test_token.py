"""The token: goes to CircleCI over TLS, and to nobody else, whatever an answer says."""

from __future__ import annotations

import logging
import traceback
from typing import Iterator

import pytest

from secguard.api.client import Api
from secguard.net.failure import AskError, Failure
from secguard.net.wire import Network, Wire
from tests.fakes.certificates import Certificates, certificates
from tests.fakes.circleci import CircleCI
from tests.fakes.http_server import Asked, Reply, Server, serving
from tests.fakes.proxy import Proxy
from tests.unit.api.asking import MADE, TOKEN, api_for, failing, secret

HOST = "ci.example"
OWN = (HOST, "output.circle-artifacts.com", "a.b.circle-artifacts.com")
OTHERS = (
    "circle-artifacts.com",
    "evilcircle-artifacts.com",
    "output.circle-artifacts.com.evil.example",
    "evil.ci.example",
    "storage.example",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"), *OWN, *OTHERS)


@pytest.fixture
def server(made: Certificates) -> Iterator[Server]:
    with serving(lambda asked: Reply({"at": asked.path}), (made.certificate, made.key)) as server:
        yield server


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with Proxy(server.port) as proxy:
        yield proxy


def proxied(proxy: Proxy, made: Certificates, host: str = f"https://{HOST}") -> Api:
    proxies = {"https": f"http://{proxy.host}", "http": f"http://{proxy.host}"}
    MADE.append(Wire(Network(proxies=proxies, ca_file=made.authority, pause=0.01), 20))
    return Api(MADE[-1], host, token=secret())


@pytest.mark.parametrize("host", OWN)
def test_circleci_s_own_hosts_get_it(
    host: str, server: Server, proxy: Proxy, made: Certificates
) -> None:
    assert b"".join(proxied(proxy, made).stream(f"https://{host}/x", authorised=True))
    (asked,) = server.log
    assert asked.headers["circle-token"] == TOKEN
    assert all(TOKEN.encode() not in said for said in proxy.seen)


@pytest.mark.parametrize("host", [*OTHERS, f"{HOST}:8443", "output.circle-artifacts.com:8443"])
def test_no_other_host_gets_it(host: str, server: Server, proxy: Proxy, made: Certificates) -> None:
    assert b"".join(proxied(proxy, made).stream(f"https://{host}/x", authorised=True))
    assert len(server.log) == 1
    assert not server.knows(TOKEN)


def test_nobody_gets_it_who_is_not_meant_to(
    server: Server, proxy: Proxy, made: Certificates
) -> None:
    assert b"".join(proxied(proxy, made).stream(f"https://{HOST}/x", authorised=False))
    assert not server.knows(TOKEN)


def test_a_proxy_never_sees_it() -> None:
    with CircleCI() as fake, Proxy(fake.api.port) as proxy:
        api = api_for(fake.api, proxies={"http": f"http://{proxy.host}"})
        assert failing(lambda: api.get("/api/v2/me")).failure is Failure.FORBIDDEN
        assert proxy.seen == [] and fake.log == []


def test_an_artifact_is_not_taken_from_a_place_without_tls(
    server: Server, made: Certificates
) -> None:
    with serving(lambda _: Reply(b"other")) as plain:
        server.fail("redirect", headers={"Location": f"{plain.url}/x"})
        api = api_for(server, plain, ca_file=made.authority)
        stream = api.stream(f"{server.url}/x", authorised=True)
        assert failing(lambda: list(stream)).failure is Failure.UNTRUSTED
        assert plain.log == []


def test_a_redirect_of_the_api_is_not_followed() -> None:
    with CircleCI() as fake, serving(lambda _: Reply({})) as other:
        fake.fail("redirect", headers={"Location": f"{other.url}/api/v2/me"})
        api = api_for(fake.api, other)
        assert failing(lambda: api.get("/api/v2/me")).failure is Failure.UNTRUSTED
        assert failing(lambda: list(api.pages("/api/v2/context"))).failure is Failure.UNTRUSTED
        where = "/api/v2/compile-config-with-defaults"
        assert failing(lambda: api.post(where, {})).failure is Failure.UNTRUSTED
        assert other.log == []


def test_a_redirect_of_an_artifact_is_followed_without_it() -> None:
    with CircleCI() as fake, serving(lambda _: Reply(b"the artifact")) as other:
        fake.fail("redirect", headers={"Location": f"{other.url}/bucket?X-Amz-Signature=0"})
        api = api_for(fake.api, other)
        found = b"".join(api.stream(f"{fake.url}/artifacts/x", authorised=True))
        assert found == b"the artifact"
        assert fake.api.knows(TOKEN) and other.log and not other.knows(TOKEN)


def test_a_way_back_from_another_host_brings_it_to_no_third() -> None:
    def back(asked: Asked) -> Reply:
        return Reply(b"", 302, {"Location": f"{third.url}/end"})

    with CircleCI() as fake, serving(back) as other, serving(lambda _: Reply(b"end")) as third:
        fake.fail("redirect", headers={"Location": f"{other.url}/there"})
        api = api_for(fake.api, other, third)
        assert list(api.stream(f"{fake.url}/artifacts/x", authorised=True)) == [b"end"]
        assert not other.knows(TOKEN) and not third.knows(TOKEN)


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
        "http://storage.example/x",
        "file:///etc/passwd",
        "https://user:pass@storage.example/",
        "https://[/",
        "https://host:99999/",
        "",
    ],
)
def test_an_artifact_that_leads_astray_is_refused(location: str) -> None:
    with CircleCI() as fake:
        fake.fail("redirect", headers={"Location": location})
        stream = api_for(fake.api).stream(f"{fake.url}/artifacts/x", authorised=True)
        assert failing(lambda: list(stream)).failure is Failure.UNTRUSTED


@pytest.mark.parametrize(
    "url", ["https://[", "https://a:b/", "no address", "", "http://h.example/"]
)
def test_an_address_that_cannot_be_asked_is_an_error(url: str) -> None:
    with CircleCI() as fake:
        stream = api_for(fake.api).stream(url, authorised=True)
        assert isinstance(failing(lambda: list(stream)), AskError)
        assert fake.log == []


@pytest.mark.parametrize(
    "kind", ["status", "cut", "silent", "stall", "html", "garbage", "deep", "redirect", "text"]
)
def test_no_failure_shows_it(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with CircleCI() as fake:
        fake.fail(kind, headers={"Location": fake.url})
        api = api_for(fake.api, timeout=0.2)
        try:
            list(api.pages("/api/v2/context", {"owner-slug": "gh/acme"}))
        except AskError:
            said = traceback.format_exc()
        assert fake.api.knows(TOKEN)
    assert TOKEN not in said + caplog.text
