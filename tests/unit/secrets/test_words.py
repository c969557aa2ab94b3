from __future__ import annotations

import pytest

from secguard.secrets.words import is_guessable
from tests.unit.secrets.samples import random_text, seeded


@pytest.mark.parametrize(
    "value",
    [
        "password",
        "Password12!",
        "P@ssw0rd",
        "s3cr3t",
        "mysecretpassword",
        "postgrespassword",
        "test-password",
        "changeme",
        "root",
        "admin123",
        "circleci",
        "1234",
        "letmein",
    ],
)
def test_common_words_and_digits_are_guessable(value: str) -> None:
    assert is_guessable(value)


@pytest.mark.parametrize("value", ["hunter2", "Tr0ub4dor&3", "orangelight", "password" * 10])
def test_other_values_are_not_guessable(value: str) -> None:
    assert not is_guessable(value)


def test_random_values_are_hardly_ever_guessable() -> None:
    source = seeded(3)
    assert sum(is_guessable(random_text("a", 12, source)) for _ in range(1000)) <= 3
