from __future__ import annotations

import base64
import json

import pytest

from secguard.secrets import checks
from tests.unit.secrets.samples import random_text, seeded

SOURCE = seeded("checks")


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_key_id_of_the_time_before_accounts_is_possible() -> None:
    assert checks.aws_key_id("AK" + "IAI" + random_text("B", 15, SOURCE))


def test_a_key_id_of_an_account_with_thirteen_digits_is_impossible() -> None:
    assert not checks.aws_key_id("AK" + "IA" + "7" * 16)


@pytest.mark.parametrize(
    "head",
    [encoded({"alg": "none"}), encoded({"typ": "JWT"}), encoded(["HS256"]), "eyJ!", "eyJhbGc"],
)
def test_a_web_token_needs_a_signing_header(head: str) -> None:
    payload = encoded({"iss": "corp", "iat": 1767225601})
    assert not checks.jwt(f"{head}.{payload}.{random_text('u', 43, SOURCE)}")


@pytest.mark.parametrize(
    "value", ["A" * 13, "!!!!", base64.b64encode(b"\xff\xfe:secret9!").decode()]
)
def test_a_basic_credential_has_to_decode_to_text(value: str) -> None:
    assert not checks.basic_auth(value)


@pytest.mark.parametrize("user", ["not-a-number-at-all", "bot"])
def test_a_discord_token_starts_with_a_numeric_user(user: str) -> None:
    token = base64.b64encode(user.encode()).decode().rstrip("=")
    assert not checks.discord_bot(f"{token}.abcdef.{random_text('u', 38, SOURCE)}")


def test_a_json_payload_has_to_be_json() -> None:
    assert not checks.json_payload("ops_" + "eyJ" + "A" * 40)
    assert checks.json_payload("ops_" + encoded({"email": "x"}))
