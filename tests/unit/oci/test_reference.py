from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.oci.reference import InvalidReference, outline, parse
from secguard.oci.registry import registry_kind

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "image-references.json"
HOLE = "\ue000"
_TEMPLATE = re.compile(r"<<[^<>]*>>|\$\{[^}]*\}|\$[A-Za-z_]\w*", re.ASCII)


def vectors(section: str) -> list[Any]:
    if not VECTORS.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the vectors are not here"))]
    found: list[Any] = json.loads(VECTORS.read_text(encoding="utf-8"))[section]
    return found


@pytest.mark.parametrize("vector", vectors("parse"))
def test_the_grammar_is_the_one_of_distribution(vector: Any) -> None:
    text, reason, *parts = vector
    if reason is not None:
        with pytest.raises(InvalidReference) as caught:
            parse(text)
        assert caught.value.reason == reason
        return
    domain, name, tag, digest = parts
    found = parse(text)
    assert (found.tag, found.digest) == (tag, digest)
    # The grammar alone calls `foo` in `foo/bar` a domain; names are given in their normal form.
    real = any(sign in domain for sign in ".:[")
    prefix = "" if real else "docker.io/" if "/" in name else "docker.io/library/"
    assert found.name == prefix + name


@pytest.mark.parametrize("name", vectors("valid_names"))
def test_a_valid_name_is_read(name: Any) -> None:
    assert parse(name).path


@pytest.mark.parametrize("name", vectors("invalid_names"))
def test_an_invalid_name_is_refused(name: Any) -> None:
    with pytest.raises(InvalidReference):
        parse(name)


@pytest.mark.parametrize("vector", vectors("normalize"))
def test_names_are_brought_to_one_form(vector: Any) -> None:
    text, domain, path = vector
    found = parse(text)
    assert (found.domain, found.path) == (domain, path)


@pytest.mark.parametrize("vector", vectors("hosts"))
def test_a_host_is_known_for_what_it_is(vector: Any) -> None:
    host, kind = vector
    assert registry_kind(host) == kind


@pytest.mark.parametrize("vector", vectors("templates"))
def test_holes_say_which_parts_are_open(vector: Any) -> None:
    text, written, holes, name, ambiguous = vector
    found = outline(_TEMPLATE.sub(HOLE, text), HOLE)
    assert found.bare is not written
    assert list(found.holes) == holes
    assert found.name == (name or "")
    assert found.ambiguous is ambiguous


@pytest.mark.parametrize(
    ("text", "familiar"),
    [("node", "node"), ("docker.io/cimg/go:1", "cimg/go"), ("ghcr.io/a/b", "ghcr.io/a/b")],
)
def test_a_name_can_be_said_as_people_write_it(text: str, familiar: str) -> None:
    assert parse(text).familiar == familiar


def test_a_reference_of_any_length_is_refused_at_once() -> None:
    with pytest.raises(InvalidReference) as caught:
        parse("a." * 50_000)
    assert caught.value.reason == "too-long"


@settings(max_examples=200)
@given(st.text(alphabet="aA0.:/@_-[]%\n " + HOLE, max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = outline(text, HOLE)
    except InvalidReference:
        return
    assert found.name == "" or found.domain
