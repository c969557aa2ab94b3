from __future__ import annotations

import pytest

from secguard.secrets.hosts import is_documentation_host, is_local_host


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "::1", "db", "postgres", "10.1.2.3", "printer.local"]
)
def test_service_and_loopback_hosts_are_local(host: str) -> None:
    assert is_local_host(host)


@pytest.mark.parametrize("host", ["db.corp.io", "8.8.8.8", "localhost.corp.io", "1270.0.0.1"])
def test_hosts_on_the_internet_are_not_local(host: str) -> None:
    assert not is_local_host(host)


@pytest.mark.parametrize("host", ["example.com", "git.example.org", "hostname", "your-host.com"])
def test_names_for_any_host_are_documentation(host: str) -> None:
    assert is_documentation_host(host)


@pytest.mark.parametrize("host", ["", "db.corp.io", "github.com", "counterexample.io"])
def test_real_hosts_are_not_documentation(host: str) -> None:
    assert not is_documentation_host(host)
