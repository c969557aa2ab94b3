"""Which variables are secrets, and which can be searched for."""

from __future__ import annotations

import base64

import pytest

from secguard.runtime.environ import Variable, variables

TOKEN = b"k3J9xQz81LmP0aVt5RbY7nWs"


def judge(name: str, value: bytes) -> Variable:
    return variables({name: value})[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NPM_TOKEN", TOKEN),
        ("DB_PASSWORD", b"hunter2!"),
        ("CIRCLE_OIDC_TOKEN_V2", b"abcd" + TOKEN),
        ("CIRCLE_CONTINUATION_KEY", TOKEN),
        ("CIRCLE_TOKEN", TOKEN),
        ("CIRCLE_API_TOKEN", TOKEN),
        ("BUNDLE_GEMS__EXAMPLE__COM", b"user:" + TOKEN),
        ("ANYTHING", TOKEN),
        ("REPO", b"https://bot:k3J9xQz81LmP@git.internal.corp/x"),
        ("KEY_FILE", b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(bytes(range(120)))),
        ("SETTINGS", b'{"client_secret": "k3J9xQz81LmP0aVt"}'),
        ("SETTINGS_B64", base64.b64encode(b'{"client_secret": "k3J9xQz81LmP0aVt"}')),
        ("API_KEY", b"\xff\xfe\x80\x81" + TOKEN),
    ],
)
def test_a_secret_is_known_by_its_name_or_its_value(name: str, value: bytes) -> None:
    variable = judge(name, value)
    assert variable.why and variable.is_secret and variable.is_searchable
    assert variable.value.reveal() == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATH", b"/usr/bin:/bin"),
        ("CIRCLE_SHA1", b"356a192b7913b04c54574d18c28d46e6395428ab"),
        ("PYTHON_SHA256", b"a" * 32 + b"0123456789abcdef" * 2),
        ("RELEASE_ID", b"f00dfeed-8a2b-4c3d-9e1f-1234567890ab"),
        ("SECGUARD_BUNDLE_0", TOKEN * 9),
        ("EMPTY_TOKEN", b""),
        ("TOKEN_URL", b"https://auth.example.com/token"),
        ("NOTE", b"fix: token: refresh the page"),
        ("FLAGS", b"-O2 -Wall"),
        ("REPO", b"ssh://git@github.com/a/b"),
        ("LS_COLORS", b"rs=0:di=01;34:ln=01;36:mh=00:pi=40;33:so=01;35:do=01;35:bd=40;33;01"),
    ],
)
def test_what_is_no_secret_is_left_alone(name: str, value: bytes) -> None:
    assert not judge(name, value).is_secret
    assert not judge(name, value).is_searchable


@pytest.mark.parametrize("value", [b"postgres", b"true", b"123", b"changeme"])
def test_a_weak_password_is_named_and_not_searched_for(value: bytes) -> None:
    variable = judge("DB_PASSWORD", value)
    assert variable.why and variable.weak and not variable.is_secret


def test_a_short_password_is_a_secret_that_is_not_searched_for() -> None:
    variable = judge("DB_PASSWORD", b"qz7x")
    assert variable.is_secret and not variable.is_searchable


def test_a_value_that_circleci_shows_anyway_is_no_secret() -> None:
    found = variables({"CIRCLE_BRANCH": b"feature-k3J9xQz8", "DEPLOY_KEY": b"feature-k3J9xQz8"})
    assert "another variable" in found[1].weak
    assert not found[1].is_secret


def test_the_user_has_the_last_word() -> None:
    environ = {"A": b"abcd", "B": b"abc", "NPM_TOKEN": TOKEN, "X_TOKEN": TOKEN}
    a, b, npm, x = variables(environ, ("A", "B", "X_TOKEN"), lambda name: name.endswith("_TOKEN"))
    assert a.is_searchable and a.is_secret
    assert not b.is_searchable
    assert not npm.is_secret
    assert x.is_secret


def test_variables_come_in_the_order_of_their_names() -> None:
    assert [one.name for one in variables({"B": b"1", "A": b"2"})] == ["A", "B"]
