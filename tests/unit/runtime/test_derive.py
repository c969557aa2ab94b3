"""The secrets that a secret holds."""

from __future__ import annotations

import base64
import json

import pytest

from secguard.runtime.derive import derive
from secguard.runtime.secret import Secret

LINES = [base64.b64encode(bytes((i * 7 + j * 5) % 256 for j in range(48))) for i in range(26)]
KEY = b"-----BEGIN RSA PRIVATE KEY-----\n" + b"\n".join(LINES) + b"\n-----END RSA PRIVATE KEY-----"


def parts(value: bytes) -> list[bytes]:
    return [part.reveal() for part in derive(Secret("X", value))]


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (base64.b64encode(b"password is k3J9xQz8\n"), b"password is k3J9xQz8"),
        (
            base64.b64encode(b"0\x82\x04\xa4 certificates and keys"),
            b"0\x82\x04\xa4 certificates and keys",
        ),
        (b'{"a": {"client_secret": "k3J9xQz8"}, "b": "plain"}', b"k3J9xQz8"),
        (b'[{"tokens": ["k3J9xQz8", "other-secret-x9"]}]', b"other-secret-x9"),
        (b"https://bot:k3%24J9@host/x", b"k3%24J9"),
        (b"https://bot:k3%24J9@host/x", b"k3$J9"),
        (b"https://k3J9xQz81LmP0aVt@sentry.example.io/1", b"k3J9xQz81LmP0aVt"),
        (b"Server=db;User Id=sa;Password=k3J9x;Encrypt=true", b"k3J9x"),
        (b"machine host login me password k3J9x", b"k3J9x"),
        (b"//registry.npmjs.org/:_authToken=k3J9xQz8", b"k3J9xQz8"),
        (b"HOST=a\nexport API_TOKEN='k3J9xQz8'\n", b"k3J9xQz8"),
        (b"users:\n- user:\n    token: k3J9xQz8\n", b"k3J9xQz8"),
        (b"Ab3$kdlq92mm\nzzQ81!pplmX0\n", b"zzQ81!pplmX0"),
        (b"  'k3J9xQz8-quoted\nk3J9xQz8-second'  ", b"k3J9xQz8-second"),
    ],
)
def test_what_a_secret_holds_is_a_secret(value: bytes, held: bytes) -> None:
    assert held in parts(value)


@pytest.mark.parametrize(
    "value",
    [
        b"k3J9xQz81LmP0aVt5RbY7nWsk3J9xQz81LmP0aVt",
        b'{"name": "k3J9xQz8", "password": "changeme", "token_uri": "https://example.com/t"}',
        b'{"broken',
        b"[" * 100_000,
        b"ssh://git@github.com/a/b",
        b"https://example.com/?page=2",
        b"",
    ],
)
def test_what_is_no_secret_is_not_taken_for_one(value: bytes) -> None:
    assert parts(value) == []


def test_parts_are_looked_into_in_turn() -> None:
    auth = base64.b64encode(b"bot:hQ8!kdmZ02").decode()
    config = json.dumps({"auths": {"https://index.docker.io/v1/": {"auth": auth}}})
    found = derive(Secret("DOCKER", base64.b64encode(config.encode())))
    assert [part.reveal() for part in found][-1] == b"hQ8!kdmZ02"
    assert found[-1].origin == (
        "decoded from base64, in its JSON, decoded from base64, password behind a user name"
    )
    assert {part.name for part in found} == {"DOCKER"}


def test_of_a_long_key_the_lines_that_its_certificate_shows_are_left_out() -> None:
    found = parts(KEY)
    assert found == LINES[13:]
    assert parts(json.dumps({"private_key": KEY.decode()}).encode()) == [KEY, *LINES[13:]]


def test_the_first_line_of_an_openssh_key_is_the_same_for_all() -> None:
    lines = [b"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW", *LINES[:3]]
    key = b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + b"\n".join(lines)
    assert parts(key) == LINES[:3]


def test_a_secret_of_many_parts_gives_a_bounded_number() -> None:
    value = json.dumps({f"token{n}": f"k3J9xQz8-{n:05}" for n in range(5000)}).encode()
    assert len(parts(value)) <= 400
