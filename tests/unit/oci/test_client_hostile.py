"""The client against registries that lie, stall and lead astray: none is believed."""

from __future__ import annotations

import time

import pytest

from secguard.net.failure import Failure
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client, Login
from secguard.oci.reference import parse
from tests.fakes.registry import SECRET, TOKEN, USER, Registry
from tests.unit.oci.asking import MADE, client_for, failure, image

LOGIN = Login(USER, SECRET)


@pytest.mark.parametrize(
    "mode",
    [
        "tampered-manifest",
        "tampered-blob",
        "wrong-type",
        "html",
        "two-ways",
        "twice",
        "deep",
        "huge",
        "endless",
    ],
)
def test_content_that_is_not_what_the_digest_says_is_refused(mode: str) -> None:
    with Registry(mode) as registry:
        digest = registry.image("acme/app", "1")
        error = failure(client_for(registry), image(registry), digest)
        assert error.failure is Failure.UNTRUSTED


@pytest.mark.parametrize("mode", ["wrong-type", "html", "two-ways", "twice", "deep", "huge"])
def test_a_manifest_that_has_to_be_taken_by_its_tag_is_refused_too(mode: str) -> None:
    with Registry(mode) as registry:
        registry.image("acme/app", "1")
        registry.no_head = True
        assert failure(client_for(registry), image(registry)).failure is Failure.UNTRUSTED


def test_another_digest_than_the_one_asked_for_is_refused() -> None:
    with Registry("wrong-digest") as registry:
        digest = registry.image("acme/app", "1")
        error = failure(client_for(registry), image(registry, f"acme/app@{digest}"))
        assert error.failure is Failure.UNTRUSTED


def test_a_realm_at_a_private_address_is_not_asked() -> None:
    with Registry(auth="token") as registry, Registry() as inner:
        registry.realm = f"http://{inner.host}/token"
        error = failure(client_for(registry, login=LOGIN), image(registry))
        assert error.failure is Failure.UNTRUSTED
        assert inner.log == []


@pytest.mark.parametrize(
    "realm",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/token",
        "https://[64:ff9b::a9fe:a9fe]/token",
        "https://2130706433/token",
        "https://0x7f.1/token",
        "https://localhost/token",
        "https://10.0.0.1:8443/token",
        "http://registry.example/token",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "//127.0.0.1/x",
        "gopher://127.0.0.1:70/x",
        "https://user:pass@127.0.0.1/token",
        "https://127.0.0.1/token#part",
        "https://127.0.0.1:99999/token",
        "https:///token",
        "https://[::1",
        "https://[not-an-address]/token",
    ],
)
def test_a_realm_that_leads_elsewhere_is_refused(realm: str) -> None:
    with Registry(auth="token") as registry:
        registry.realm = realm
        error = failure(client_for(registry, login=LOGIN), image(registry))
        assert error.failure is Failure.UNTRUSTED
        assert registry.credentials() == []


def test_a_redirect_takes_no_credentials_along() -> None:
    with Registry("", "token") as registry, Registry() as other:
        other.image("acme/app", "1")
        client = client_for(registry, other, login=LOGIN)
        registry.image("acme/app", "1")
        client.head(image(registry))
        registry.mode, registry.redirect = "redirect", f"http://{other.host}"
        assert client.head(image(registry)).digest
        assert other.log and other.credentials() == []
        assert f"Bearer {TOKEN}" in registry.credentials()


def test_a_redirect_target_that_wants_a_login_gets_none() -> None:
    with Registry("redirect") as registry, Registry(auth="basic") as other:
        registry.redirect = f"http://{other.host}"
        error = failure(client_for(registry, other, login=LOGIN), image(registry))
        assert error.failure is Failure.FORBIDDEN
        assert other.credentials() == [] and registry.credentials() == []


def test_a_redirect_to_a_private_address_is_refused() -> None:
    with Registry("redirect") as registry, Registry() as inner:
        registry.redirect = f"http://{inner.host}"
        error = failure(client_for(registry), image(registry))
        assert error.failure is Failure.UNTRUSTED
        assert inner.log == []


def test_a_loop_of_redirects_ends() -> None:
    with Registry("loop") as registry:
        assert failure(client_for(registry), image(registry)).failure is Failure.UNTRUSTED
        assert len(registry.log) == 6


def test_a_private_address_is_not_reached_unless_it_is_allowed() -> None:
    with Registry() as registry:
        registry.image("acme/app", "1")
        network = Network(plain=frozenset({registry.host}))
        client = Client(Wire(network, 20), lambda _: None)
        assert failure(client, image(registry)).failure is Failure.UNREACHABLE
        assert registry.log == []


def test_no_password_goes_over_a_line_without_tls() -> None:
    with Registry(auth="basic") as registry:
        proxies = {"http": registry.host}
        network = Network(plain=frozenset({"registry.example:80"}), proxies=proxies)
        MADE.append(Wire(network, 20))
        client = Client(MADE[-1], lambda _: LOGIN)
        error = failure(client, parse("registry.example:80/acme/app:1"))
        assert error.failure is Failure.FORBIDDEN
        assert len(registry.log) == 1 and registry.credentials() == []


def test_a_storm_of_refusals_ends_and_the_host_is_left_alone() -> None:
    with Registry("storm") as registry:
        client = client_for(registry)
        for _ in range(20):
            assert failure(client, image(registry)).failure is Failure.LIMITED
        assert len(registry.log) == 3


@pytest.mark.parametrize("wait", ["3600", "Fri, 01 Jan 2100 00:00:00 GMT", "9" * 5_000])
def test_a_long_wait_is_not_waited(wait: str) -> None:
    with Registry("storm") as registry:
        registry.retry_after = wait
        assert failure(client_for(registry), image(registry)).failure is Failure.LIMITED
        assert len(registry.log) == 1


@pytest.mark.parametrize("mode", ["broken", "half", "silent", "garbage"])
def test_a_registry_that_breaks_off_is_unreachable(mode: str) -> None:
    with Registry(mode) as registry:
        digest = registry.image("acme/app", "1")
        error = failure(client_for(registry), image(registry), digest)
        assert error.failure is Failure.UNREACHABLE


@pytest.mark.parametrize("mode", ["slow-headers", "slow-body"])
def test_however_slowly_it_sends_the_time_is_bounded(mode: str) -> None:
    with Registry(mode) as registry:
        digest = registry.image("acme/app", "1")
        started = time.monotonic()
        error = failure(client_for(registry, timeout=0.3), image(registry), digest)
        assert error.failure is Failure.UNREACHABLE
        assert time.monotonic() - started < 10


def test_the_run_ends_when_its_time_is_up() -> None:
    with Registry("slow-headers") as registry:
        started = time.monotonic()
        failure(client_for(registry, seconds=0.2), image(registry))
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("mode", ["weird-token", "no-token", "huge-token"])
def test_a_token_that_is_none_is_refused(mode: str) -> None:
    with Registry(mode, "token") as registry:
        registry.image("acme/app", "1")
        assert failure(client_for(registry), image(registry)).failure is Failure.UNTRUSTED


def test_errors_never_show_what_was_sent() -> None:
    with Registry("broken", "basic") as registry:
        error = failure(client_for(registry, login=LOGIN), image(registry))
        assert SECRET not in repr(error) + error.message
        assert SECRET not in repr(LOGIN)
