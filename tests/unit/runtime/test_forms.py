"""Forms are what programs really write."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.runtime.forms import bare, base64_cores, forms
from tests.unit.runtime.leaks import LEAKS, secrets

_WRAPPING = ("base64 in lines", "openssl", "xxd")


@pytest.mark.parametrize("name", [one for one in LEAKS if not one.startswith(_WRAPPING)])
def test_every_way_to_write_a_secret_has_a_form(name: str) -> None:
    for secret in secrets(10):
        written = LEAKS[name](secret)
        assert any(form in written for form in forms(secret.encode(), twice=True)), secret


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=9), st.binary(min_size=1, max_size=40), st.binary(max_size=9))
def test_base64_of_any_surroundings_holds_a_core(before: bytes, value: bytes, after: bytes) -> None:
    written = base64.b64encode(before + value + after)
    core = list(base64_cores(value))[len(before) % 3]
    assert core in written
    # No digit more is sure: the core is as long as the bits of the value allow.
    assert 8 * len(value) - 10 <= 6 * len(core) <= 8 * len(value)


def test_digits_that_a_neighbour_can_change_are_no_part_of_a_core() -> None:
    rng = random.Random(1)  # noqa: S311
    for shift, core in enumerate(base64_cores(b"secret")):
        for _ in range(50):
            around = bytes(rng.randrange(256) for _ in range(shift + 3))
            assert core in base64.b64encode(around[:shift] + b"secret" + around[shift:])


def test_variants_of_the_end_hide_all_of_an_encoding() -> None:
    for value in (b"k3J9xQz81", b"k3J9xQz81L", b"k3J9xQz81Lm"):
        found = forms(value, ends=True)
        assert base64.b64encode(value) in found
        assert base64.b64encode(value + b"\n") in found
        assert base64.b64encode(value).rstrip(b"=") in found


def test_the_value_itself_comes_first_and_encodings_that_change_nothing_are_no_forms() -> None:
    found = forms(b"k3J9xQz81LmP")
    assert next(iter(found.items())) == (b"k3J9xQz81LmP", "")
    assert set(found.values()) == {"", "base64", "hex", "UTF-16"}


def test_what_people_paste_around_a_value_is_no_part_of_it() -> None:
    assert bare(b" 'k3J9xQz81'\n") == b"k3J9xQz81"
    assert bare(b"'short'") == b"'short'"
    assert b"k3J9xQz81" in forms(b'"k3J9xQz81"\n')


def test_lines_are_found_joined_and_with_other_ends() -> None:
    found = forms(b"first-line\nsecond-line")
    assert {b"first-line\r\nsecond-line", b"first-line second-line"} <= found.keys()
    assert {b"first-linesecond-line", b"first-line\\nsecond-line"} <= found.keys()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_value_has_forms(value: bytes) -> None:
    found = forms(value, ends=True, twice=True)
    assert all(found) or not value
    assert value in found or not value
