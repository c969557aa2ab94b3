"""Names are masked wherever a secret stands in them, in any form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.runtime.forms import forms
from tests.unit.runtime.searching import NAME, VALUE, needles
from tests.unit.secrets.samples import sample

NEEDLES = needles(formats=True)
FORMS = [form.decode() for form in forms(VALUE, twice=True) if form.isascii() and b"\0" not in form]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_in_a_name_is_masked(form: str) -> None:
    shown, spots = NEEDLES.clean(f"dir/{form}-and-{form}.txt")
    assert shown == "dir/****-and-****.txt"
    assert {spot.secret for spot in spots} == {spots[0].secret}


def test_a_token_in_a_name_is_masked() -> None:
    shown, spots = NEEDLES.clean(f"{sample('github')}.log")
    assert shown == "****.log"
    assert len(spots) == 1


def test_secrets_that_overlap_leave_nothing_between_them() -> None:
    found = needles(A_TOKEN=b"k3J9xQz81LmP0aVt", B_TOKEN=b"P0aVt5RbY7nWsQ9c")
    assert found.clean("x-k3J9xQz81LmP0aVt5RbY7nWsQ9c-y")[0] == "x-****-y"
    assert found.clean("k3J9xQz81LmP0aVtP0aVt5RbY7nWsQ9c")[0] == "********"


def test_a_name_that_is_no_utf8_is_kept() -> None:
    name = b"a\xff/\xe4.txt".decode("utf-8", "surrogateescape")
    assert NEEDLES.clean(name) == (name, ())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*FORMS, "x", "/", "ä", "!", VALUE.decode()[:9]]), max_size=6))
def test_no_name_shows_a_form(parts: list[str]) -> None:
    shown, spots = NEEDLES.clean("".join(parts))
    assert not any(form in shown for form in FORMS)
    assert bool(spots) == ("****" in shown)
    assert NAME not in shown
