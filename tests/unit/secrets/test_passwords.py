"""Passwords that many people choose."""

from __future__ import annotations

import pytest

from secguard.secrets.passwords import is_common_password


@pytest.mark.parametrize(
    "value",
    "summer2024 Winter2023! qwerty hunter2 monkey99 mycompany2024 Dr4gon P@ris2024 "
    "!Summer24 ILOVEYOU September_24 f00tball1 abc123".split(),
)
def test_what_many_choose_is_common(value: str) -> None:
    assert is_common_password(value)


@pytest.mark.parametrize(
    "value",
    (
        *"Tr0ub4dor&3 correct-horse-battery-staple k3J9xQz81LmP summer-rain-on-9-roofs".split(),
        *"8374651923 summer20242025x applecart7Q glpat-aprilXYZ".split(),
        "",
        "a" * 10_000,
    ),
)
def test_what_somebody_made_is_not(value: str) -> None:
    assert not is_common_password(value)
