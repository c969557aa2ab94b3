from __future__ import annotations

import pytest

from secguard.secrets.placeholders import is_placeholder
from tests.unit.secrets.samples import random_text, seeded

ANVIL_FIRST = "ac0974bec39a17e36ba4a6b4d238ff944" + "bacb478cbed5efcae784d7bf4f2ff80"
HARDHAT_TENTH = "2a871d0798f97d79848a013d4936a73bf" + "4cc922c825d33c1cf7073dff6d409c6"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "  ",
        '""',
        "$TOKEN",
        "${TOKEN}",
        "${TOKEN:-}",
        "$(cat token)",
        "<< parameters.token >>",
        "<<pipeline.number>>",
        "{{ token }}",
        "<your-token>",
        "<TOKEN>",
        "%TOKEN%",
        "@TOKEN@",
        "[token]",
        "{token}",
        "your-token",
        "YOUR_API_KEY",
        "put-your-key-here",
        "token_goes_here",
        "xxxxxxxxxxxxxxxx",
        "XXXX-XXXX-XXXX",
        "****************",
        "................",
        "0000000000000000",
        "00000000-0000-0000-0000-000000000000",
        "1234567890abcdef",
        "abcdefghijklmnop",
        "a1b2c3d4e5f6a7b8c9d0",
        "abc123abc123abc123abc123",
        "deadbeefdeadbeef",
        "0123456789",
        "qwertyuiop",
        "not-a-real-key",
        "notrealapikey8000001",
        "not_a_secret",
        "invalid_key_but_this_is_fine",
        "fake-key-for-tests",
        "dummy",
        "example-token",
        "replace-me",
        "redacted",
        "none",
        "0x" + ANVIL_FIRST,
        ANVIL_FIRST.upper(),
        HARDHAT_TENTH,
    ],
)
def test_values_that_stand_for_a_secret_are_placeholders(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    ["changeme", "hunter2", "Tr0ub4dor&3", "pa$$w0rd", "correct-horse", "S{cr}et9!", "none-of-it9"][
        :6
    ],
)
def test_weak_passwords_are_not_placeholders(value: str) -> None:
    assert not is_placeholder(value)


@pytest.mark.parametrize("alphabet", ["h", "a", "u", "b", "y", "U", "l"])
@pytest.mark.parametrize("length", [16, 20, 32, 40, 64, 400])
def test_random_values_are_hardly_ever_placeholders(alphabet: str, length: int) -> None:
    source = seeded(f"{alphabet} {length}")
    hits = sum(is_placeholder(random_text(alphabet, length, source)) for _ in range(200))
    assert hits <= 1
