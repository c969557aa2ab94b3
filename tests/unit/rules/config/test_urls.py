"""What an address tells of what is behind it."""

from __future__ import annotations

import pytest

from secguard.rules.config._urls import Pin, Url

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        (f"https://raw.githubusercontent.com/a/b/{COMMIT}/x.sh", Pin.FIXED),
        ("https://raw.githubusercontent.com/a/b/main/x.sh", Pin.MOVING),
        ("https://raw.githubusercontent.com/a/b/HEAD/x-1.2.sh", Pin.MOVING),
        ("https://github.com/a/b/releases/latest/download/x", Pin.MOVING),
        ("https://github.com/a/b/releases/download/v1.2.3/x", Pin.VERSION),
        ("https://a.dev/x?release=stable&version=8.9.0", Pin.VERSION),
        ("https://a.dev/setup_20.x", Pin.MOVING),
        ("https://a.dev/download/$VERSION/x", Pin.VERSION),
        ("https://a.dev/stable/$ARCH/x", Pin.MOVING),
        ("https://a.dev/nightly-2026-08-01/x", Pin.MOVING),
        ("https://a.dev/2026-08-01/x", Pin.VERSION),
        ("https://a.dev", Pin.MOVING),
    ],
)
def test_an_address_tells_whether_it_stays_the_same(text: str, pin: Pin) -> None:
    assert Url(text).pin is pin


@pytest.mark.parametrize(
    ("text", "public", "near", "plain"),
    [
        ("https://a.dev/x", True, False, False),
        ("http://a.dev/x", True, False, True),
        ("get.tool.dev", True, False, True),
        ("http://localhost:8080", False, True, True),
        ("http://[::1]:8080/x", False, True, True),
        ("http://db:5432", False, True, True),
        ("https://pypi.corp.internal/simple", False, True, False),
        ("https://$HOST/x", False, False, False),
        ("$ADDRESS", False, False, True),
        ("", False, False, True),
    ],
)
def test_an_address_tells_where_it_is(text: str, public: bool, near: bool, plain: bool) -> None:
    url = Url(text)
    assert (url.public, url.near, url.plain) == (public, near, plain)


def test_an_address_is_named_without_what_may_be_secret() -> None:
    url = Url("https://user:ghp_word@raw.githubusercontent.com/a/b/main/x.sh?token=word")
    assert url.shown == "raw.githubusercontent.com/a/b" and url.login
    assert Url("https://a.dev/word/x").shown == "a.dev"
    assert Url("$ADDRESS").quoted == "an address that only the job knows"
