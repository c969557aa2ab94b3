"""What can be told from ordinary text, and what cannot be a secret."""

from __future__ import annotations

import pytest

from secguard.runtime.strength import bits, is_distinctive, ordinary


@pytest.mark.parametrize(
    "value",
    (
        "tr true YES none production staging main 8080 123456 3.11.7 v1.2.3 2026-01-31 12345678 "
        "us-east-1 europe-west1 /usr/local/bin ~/.aws/credentials C:\\Users\\ci ./build "
        "me@example.org db.internal.example.com localhost.localdomain:5432 "
        "https://example.com/a?b=c postgres changeme Password123! admin test-token "
        "postgres://postgres:postgres@localhost:5432/test http://:@host 2026-01-31T10:11:12Z"
    ).split(),
)
def test_what_stands_for_something_else_is_no_secret(value: str) -> None:
    assert ordinary(value.encode())
    assert not is_distinctive(value.encode())


@pytest.mark.parametrize(
    "value",
    (
        "k3J9xQz81LmP hunter2! 8374651923847561 correct-horse-battery-staple Tr0ub4dor&3 "
        "https://hooks.slack.com/services/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 "
        "postgres://app:k3J9xQz81@db.internal:5432/app f00dfeed-8a2b-4c3d-9e1f-1234567890ab a1B$c2"
    ).split(),
)
def test_what_somebody_chose_or_made_is_distinctive(value: str) -> None:
    assert ordinary(value.encode()) == ""
    assert is_distinctive(value.encode())


@pytest.mark.parametrize("value", [b"abc12", b"aaaaaaaaaaaa", b"abababababab", b"hunter2"])
def test_a_value_that_turns_up_by_chance_is_not_distinctive(value: bytes) -> None:
    assert not is_distinctive(value)


def test_bits_grow_with_the_alphabet_and_the_length_and_not_with_repetition() -> None:
    assert bits(b"83746519") < bits(b"8374651a") < bits(b"837z651q") < bits(b"83Zz65$q")
    assert bits(b"k3J9xQz8") < bits(b"k3J9xQz81LmP")
    assert bits(b"k3kkkkkkkkkk") < bits(b"k3J9")
    assert bits(b"\xff\xfe\x80k3J9xQ") > 28
