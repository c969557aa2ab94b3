"""What is hidden for a secret: its forms, and those of what it holds."""

from __future__ import annotations

import base64

import pytest

from secguard.runtime.masks import masks
from secguard.runtime.secret import Secret

VALUE = b"Zq8Lw3XvT1nR6bYc2KdM"


def test_forms_and_what_a_value_holds_are_hidden() -> None:
    found = masks([Secret("URL", b"https://ci:%s@git.example.org" % VALUE)])
    assert {VALUE, VALUE.hex().encode(), base64.b64encode(VALUE)} <= found


@pytest.mark.parametrize("value", [b"", b"abc", b" ab \n"])
def test_what_is_too_short_is_not_hidden(value: bytes) -> None:
    assert not masks([Secret("SHORT", value)])


def test_a_large_file_in_a_variable_is_hidden_in_few_forms() -> None:
    value = VALUE * 5_000
    assert len(masks([Secret("KEYSTORE", value)])) == 4
