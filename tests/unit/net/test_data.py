"""JSON that is none, or that would keep a reader busy."""

from __future__ import annotations

import pytest

from secguard.net.data import parsed
from secguard.net.failure import AskError, Failure


def test_what_is_json_is_read() -> None:
    assert parsed(b'{"a": [1, -2, 1.5, null, true, "x"]}') == {"a": [1, -2, 1.5, None, True, "x"]}
    assert parsed(b"9" * 40) == int("9" * 40)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"<html>", b"NaN", b"-Infinity", b"\xff", b"9" * 41, b"[" * 100_000]
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(AskError) as caught:
        parsed(body)
    assert caught.value.failure is Failure.UNTRUSTED
