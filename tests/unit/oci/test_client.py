"""The client against a registry that behaves: what is asked, how often, and with which proof."""

from __future__ import annotations

import base64

import pytest

from secguard.net.failure import Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client, Login
from secguard.oci.reference import parse
from tests.fakes.registry import INDEX, MANIFEST, SECRET, TOKEN, USER, Registry
from tests.unit.oci.asking import MADE, client_for, failure, image

LOGIN = Login(USER, SECRET)


def test_a_digest_costs_one_head_and_no_get() -> None:
    with Registry() as registry:
        digest = registry.image("acme/app", "1")
        assert client_for(registry).head(image(registry)) == (digest, INDEX)
        assert [method for method, _, _ in registry.log] == ["HEAD"]


def test_lists_of_platforms_are_preferred() -> None:
    with Registry() as registry:
        registry.image("acme/app", "1")
        client_for(registry).head(image(registry))
        accepted = registry.log[0][2]["accept"]
        assert accepted.index("index.v1") < accepted.index("image.manifest.v1")


def test_details_come_from_the_index_and_one_config() -> None:
    with Registry() as registry:
        digest = registry.image("acme/app", "1", platforms=("linux/arm/v7", "linux/amd64"))
        details = client_for(registry).details(image(registry), digest)
        assert details.created == "2026-09-01"
        assert details.platforms == ("linux/arm/v7", "linux/amd64")
        assert len(registry.asked("GET")) == 3


def test_an_image_of_one_platform_says_so_in_its_config() -> None:
    with Registry() as registry:
        digest = registry.image("acme/app", "1", platforms=("linux/arm64/v8",), single=True)
        client = client_for(registry)
        assert client.head(image(registry)) == (digest, MANIFEST)
        assert client.details(image(registry), digest).platforms == ("linux/arm64",)


@pytest.mark.parametrize(
    "created",
    [
        "1970-01-01T00:00:00Z",
        "1980-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "2026-13-45T00:00:00Z",
        "",
        "soon",
    ],
)
def test_a_made_up_date_is_none(created: str) -> None:
    with Registry() as registry:
        digest = registry.image("acme/app", "1", created=created)
        assert client_for(registry).details(image(registry), digest).created == ""


@pytest.mark.parametrize("mode", ["no-digest", ""])
def test_a_registry_that_does_not_tell_the_digest_is_asked_for_the_manifest(mode: str) -> None:
    with Registry(mode) as registry:
        registry.no_head = not mode
        digest = registry.image("acme/app", "1")
        assert client_for(registry).head(image(registry)).digest == digest
        assert registry.asked("GET") == ["/v2/acme/app/manifests/1"]


def test_a_digest_by_sha512_is_checked_too() -> None:
    with Registry() as registry:
        digest = registry.image("acme/app", algorithm="sha512")
        client = client_for(registry)
        assert client.head(image(registry, f"acme/app@{digest}")).digest == digest
        assert client.details(image(registry), digest).created == "2026-09-01"


def test_a_token_is_asked_for_each_repository_once() -> None:
    with Registry(auth="token") as registry:
        for name in ("acme/app", "acme/db"):
            registry.image(name, "1")
            registry.image(name, "2")
        client = client_for(registry)
        for rest in ("acme/app:1", "acme/app:2", "acme/db:1", "acme/db:2"):
            client.head(image(registry, rest))
        assert registry.asked(part="token") == [
            f"/token?service=registry%2C%20of%20tests&scope=repository%3A{name}%3Apull"
            for name in ("acme%2Fapp", "acme%2Fdb")
        ]
        assert len(registry.asked("HEAD")) == 5  # only the very first one had to be told
        assert set(registry.credentials()) == {f"Bearer {TOKEN}"}


def test_a_login_goes_to_the_realm_and_the_token_to_the_registry() -> None:
    with Registry(auth="token") as registry:
        registry.image("acme/app", "1")
        client_for(registry, login=LOGIN).head(image(registry))
        basic = "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
        assert registry.credentials() == [basic, f"Bearer {TOKEN}"]


def test_an_identity_token_is_traded() -> None:
    with Registry(auth="token") as registry:
        registry.image("acme/app", "1")
        client_for(registry, login=Login(token="identity")).head(image(registry))
        assert registry.asked("POST") == ["/token"]
        assert registry.credentials() == [f"Bearer {TOKEN}"]


def test_a_password_is_sent_only_when_it_is_asked_for() -> None:
    with Registry(auth="basic") as registry:
        registry.image("acme/app", "1")
        client = client_for(registry, login=LOGIN)
        client.head(image(registry))
        client.head(image(registry))
        assert "authorization" not in registry.log[0][2]
        assert len(registry.credentials()) == 2


def test_a_wrong_password_is_forbidden_and_not_missing() -> None:
    with Registry(auth="basic") as registry:
        error = failure(client_for(registry, login=Login("who", "what")), image(registry))
        assert error.failure is Failure.FORBIDDEN
        assert "what" not in f"{error.message} {error!r}"


def test_no_login_is_forbidden_and_the_next_repository_is_asked_all_the_same() -> None:
    with Registry(auth="basic") as registry:
        client = client_for(registry)
        assert failure(client, image(registry)).failure is Failure.FORBIDDEN
        registry.auth = ""
        registry.image("acme/open", "1")
        assert client.head(image(registry, "acme/open:1")).digest


def test_what_is_not_there_is_missing() -> None:
    with Registry(auth="token") as registry:
        assert failure(client_for(registry), image(registry)).failure is Failure.MISSING


def test_content_that_is_named_and_not_given_out_does_not_make_an_image_missing() -> None:
    with Registry() as registry:
        digest = registry.image("acme/app", "1")
        del registry.bodies[digest]
        error = failure(client_for(registry), image(registry), digest)
        assert error.failure is Failure.UNREACHABLE


def test_a_failed_attempt_is_made_again() -> None:
    with Registry("once") as registry:
        registry.image("acme/app", "1")
        assert client_for(registry).head(image(registry)).digest
        assert len(registry.log) == 2


def test_a_closed_connection_is_opened_again() -> None:
    with Registry("stale") as registry:
        registry.image("acme/app", "1")
        client = client_for(registry)
        for _ in range(4):
            client.head(image(registry))
        assert len(registry.log) == 4


def test_tags_are_listed_over_pages() -> None:
    with Registry() as registry:
        tags = sorted(str(number) for number in range(12))
        for tag in tags:
            registry.image("acme/app", tag)
        assert list(client_for(registry).tags(image(registry))) == tags
        assert len(registry.log) == 3


def test_a_proxy_gets_the_question() -> None:
    with Registry() as proxy:
        digest = proxy.image("acme/app", "1")
        proxies = {"http": f"http://me:pass%40word@{proxy.host}", "no": "elsewhere.example"}
        network = Network(plain=frozenset({"registry.example"}), proxies=proxies, pause=0.01)
        MADE.append(Wire(network, 20))
        client = Client(MADE[-1], lambda _: None)
        assert client.head(parse("registry.example/acme/app:1")).digest == digest
        method, path, headers = proxy.log[0]
        assert (method, path) == ("HEAD", "http://registry.example:80/v2/acme/app/manifests/1")
        login = base64.b64encode(b"me:pass@word").decode()
        assert headers["proxy-authorization"] == f"Basic {login}"
