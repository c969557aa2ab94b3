"""Options that name no host or organisation are refused before anything is asked."""

from __future__ import annotations

import pytest

from tests.acceptance.runs import Secguard, runner


@pytest.fixture
def secguard(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Secguard:
    monkeypatch.setenv("CIRCLE_TOKEN", "CCIPAT_of_nobody")
    return runner(capfd)


@pytest.mark.parametrize(
    "host",
    [
        "circleci.com",
        "ftp://circleci.com",
        "https://",
        "https://circleci.com/api",
        "https://a:b@c",
        "https://c:99999",
        "https://c?d",
        "https://[",
        "https://c d",
    ],
)
@pytest.mark.parametrize("command", ["access", "logs"])
def test_a_host_that_is_none_is_refused(secguard: Secguard, command: str, host: str) -> None:
    done = secguard(command, "--project", "gh/acme/app", "--host", host)
    assert (done.status, done.out) == (2, "")
    assert "is no host" in done.err and "https://NAME" in done.err


@pytest.mark.parametrize("org", ["acme", "gh/", "gh/acme/app", "gh/a b"])
@pytest.mark.parametrize("command", ["access", "rotation"])
def test_an_organisation_that_is_none_is_refused(
    secguard: Secguard, command: str, org: str
) -> None:
    done = secguard(command, "--org", org)
    assert (done.status, done.out) == (2, "")
    assert "is no organisation" in done.err
