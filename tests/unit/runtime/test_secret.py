"""A secret is seen only by who asks for it."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, dataclass
from typing import Callable

import pytest

from secguard.runtime.environ import Variable
from secguard.runtime.patterns import patterns
from secguard.runtime.search import Engine
from secguard.runtime.secret import Secret
from secguard.runtime.spots import Needles

VALUE = b"k3J9xQz81LmP0aVt"
SECRET = Secret("API_TOKEN", VALUE)


@dataclass(frozen=True)
class Holder:
    secret: Secret


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{:>30}".format,
        "{!r}".format,
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031
        lambda secret: repr({"a": [secret]}),
        lambda secret: repr(Holder(secret)),
        lambda secret: repr(Variable("API_TOKEN", secret, "its name")),
    ],
)
def test_no_way_of_writing_a_secret_shows_it(show: Callable[[Secret], str]) -> None:
    assert VALUE.decode() not in show(SECRET)
    assert "J9xQz81" not in show(SECRET)


@pytest.mark.parametrize(
    "leave",
    [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, bytes, lambda one: asdict(Holder(one))],
)
def test_a_secret_does_not_leave_its_wrapper(leave: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as raised:
        leave(SECRET)
    assert VALUE.decode() not in str(raised.value)


def test_a_secret_equals_itself_only() -> None:
    same: object = VALUE
    assert SECRET != same
    assert Secret("API_TOKEN", VALUE) != SECRET
    assert SECRET.reveal() == VALUE


def test_a_part_says_where_it_comes_from() -> None:
    part = SECRET.part(b"x", "in its JSON").part(b"y", "decoded from base64")
    assert (part.name, part.origin) == ("API_TOKEN", "in its JSON, decoded from base64")


def test_what_holds_patterns_does_not_show_them() -> None:
    labels = patterns([Variable("API_TOKEN", SECRET, "its name")])
    needles = Needles(Engine(labels), labels, True, b"the key of the digests")
    for shown in (repr(needles), str(needles), repr(needles.engine), repr([*labels.values()])):
        assert not any(form.decode("latin-1") in shown for form in labels)
        assert "the key" not in shown
