"""Which addresses are public, which hosts look private, and which proxy is taken."""

from __future__ import annotations

import base64

import pytest

from secguard.net.address import is_public, looks_private, named, proxy_for


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "168.63.129.16",
        "192.0.0.8",
        "192.0.0.170",
        "192.0.0.192",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_an_address_that_leads_inside_is_not_public(address: str) -> None:
    assert not is_public(address)
    assert looks_private(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)
    assert not looks_private(address)


@pytest.mark.parametrize(
    "text", ["", "registry", "1.2.3", "0x7f.1", "2130706433", "1.1.1.1.example"]
)
def test_a_name_is_no_address(text: str) -> None:
    with pytest.raises(ValueError):
        is_public(text)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("registry", True),
        ("app.localhost", True),
        ("metadata.google.internal", True),
        ("printer.local", True),
        ("ghcr.io", False),
        ("internal.example.com", False),
        ("local.example", False),
    ],
)
def test_a_name_is_judged_by_its_look(host: str, private: bool) -> None:
    assert looks_private(host) is private


def test_a_host_is_named_alone_or_with_its_port() -> None:
    known = frozenset(("a.example", "b.example:5000"))
    assert named("a.example", 443, known) and named("a.example", 5000, known)
    assert named("b.example", 5000, known)
    assert not named("b.example", 443, known) and not named("c.a.example", 443, known)


@pytest.mark.parametrize(
    ("exceptions", "host", "used"),
    [
        ("", "ghcr.io", True),
        ("ghcr.io", "ghcr.io", False),
        ("example.com", "registry.example.com", False),
        (".example.com", "registry.example.com", False),
        ("example.com", "badexample.com", True),
        ("a.example, GHCR.IO", "ghcr.io", False),
        ("*", "ghcr.io", False),
    ],
)
def test_a_proxy_is_taken_but_for_exceptions(exceptions: str, host: str, used: bool) -> None:
    proxies = {"https": "http://proxy.example:3128", "no": exceptions}
    assert (proxy_for("https", host, proxies) is not None) is used


def test_a_proxy_without_scheme_port_or_login_is_understood() -> None:
    found = proxy_for("http", "ghcr.io", {"http": "proxy.example"})
    assert found is not None
    assert (found.host, found.port, found.login) == ("proxy.example", 80, {})


def test_a_proxy_s_login_is_decoded() -> None:
    found = proxy_for("http", "ghcr.io", {"http": "http://me:p%40ss@proxy.example:8080"})
    assert found is not None
    expected = base64.b64encode(b"me:p@ss").decode()
    assert found.login == {"Proxy-Authorization": f"Basic {expected}"}


def test_a_proxy_for_one_scheme_is_not_taken_for_the_other() -> None:
    assert proxy_for("https", "ghcr.io", {"http": "http://proxy.example"}) is None
