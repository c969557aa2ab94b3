"""Tests for reading policies."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from secguard.errors import UsageError
from secguard.finding import Confidence, Severity
from secguard.policy import Allowed, Policy
from secguard.policy.people import PeoplePolicy
from secguard.policy.read import (
    ALLOW,
    EXCEPTION,
    IMAGES,
    LIFETIME,
    PEOPLE,
    REQUIRE,
    REVIEW,
    ROTATION,
    SCOPE,
    SIGNER,
    TERMS,
    TOP,
    parse_date,
    read_policy,
)
from secguard.policy.reviews import ITEMS, Review
from secguard.policy.rotation import KINDS
from secguard.settings import Settings
from secguard.source.text import TextFile
from tests.unit.policy.policies import BROKEN, FULL

RULES = ("config-error", "curl-pipe-shell", "orb-untrusted")
SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "policy.schema.json").read_text(encoding="utf-8")
)


def _read(text: str) -> Policy:
    return read_policy(TextFile("secguard.yml", text), RULES)


def test_every_key_is_read() -> None:
    policy = _read(FULL)
    assert policy.settings == Settings(
        fail_on=None,
        min_severity=Severity.INFO,
        min_confidence=Confidence.LOW,
        select=("curl-pipe-shell",),
        ignore=("orb-untrusted",),
        strict=True,
    )
    assert policy.severities == {"orb-untrusted": Severity.HIGH}
    assert policy.comments is False
    assert policy.allowed == Allowed(
        ("my-org", "other/orb"),
        ("ghcr.io/my-org",),
        ("public-*",),
        ("get.example.com",),
        ("TEST_*",),
    )
    (exemption,) = policy.exemptions
    assert (exemption.rule, exemption.reason) == ("curl-pipe-shell", "no checksums")
    assert exemption.files == (".circleci/config.yml",)
    assert (exemption.within, exemption.subject) == ("jobs.build", "get.example.com")
    assert exemption.until == date(2027, 1, 31)
    assert exemption.where.span is not None and exemption.where.span.line == 18


def test_people_and_reviews_are_read() -> None:
    policy = _read(FULL)
    assert policy.people == PeoplePolicy(3, 60, ("contractor-*",), ("ci/circleci: gate",))
    first, second = policy.reviews
    assert first == Review(first.where, "roles", date(2026, 11, 2), "Ada", 30)
    assert second == Review(second.where, "audit-log", not_applicable="our plan has none")
    assert first.where.span is not None


def test_only_what_is_stated_counts_as_stated() -> None:
    assert _read("fail_on: low\nignore: []\n").stated == {"fail_on", "ignore"}


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n"])
def test_an_empty_policy_decides_nothing(text: str) -> None:
    assert _read(text) == Policy()


@pytest.mark.parametrize(("text", "place", "message", "hint"), BROKEN.values(), ids=BROKEN)
def test_what_is_not_understood_is_refused_with_its_place(
    text: str, place: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        _read(text)
    assert raised.value.message.startswith(f"secguard.yml:{place}: ")
    assert message in raised.value.message
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("2027-1-31", None),
        ("20270131", None),
        ("2027-13-01", None),
        ("", None),
    ],
)
def test_a_day_is_read_in_one_form(text: str, day: date | None) -> None:
    assert parse_date(text) == day


def test_the_schema_has_the_keys_that_are_read_and_no_others() -> None:
    top = SCHEMA["properties"]
    assert set(top) == set(TOP)
    assert set(top["allow"]["properties"]) == set(ALLOW)
    assert set(top["exceptions"]["items"]["properties"]) == set(EXCEPTION)
    images, require = top["images"]["properties"], SCHEMA["definitions"]["require"]["properties"]
    assert set(images) == set(IMAGES)
    rotation = top["rotation"]["properties"]
    assert set(rotation) == set(ROTATION)
    assert set(rotation["kinds"]["properties"]) == set(KINDS)
    assert set(rotation["names"]["items"]["properties"]) == set(LIFETIME)
    assert set(top["people"]["properties"]) == set(PEOPLE)
    assert set(top["reviews"]["items"]["properties"]) == set(REVIEW)
    assert set(top["reviews"]["items"]["properties"]["item"]["enum"]) == set(ITEMS)
    assert set(top["runtime"]["items"]["properties"]) == set(TERMS)
    assert set(images["scopes"]["items"]["properties"]) == set(SCOPE)
    assert set(require) == set(REQUIRE)
    assert set(require["signed_by"]["items"]["properties"]) == set(SIGNER)


def _data(text: str) -> Any:
    class Loader(yaml.SafeLoader):
        """Reads a day as text, as JSON has it."""

    Loader.yaml_implicit_resolvers = {
        first: [one for one in found if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader)  # noqa: S506 - a safe loader


def test_the_schema_accepts_what_is_read() -> None:
    jsonschema.validate(_data(FULL), SCHEMA)
    jsonschema.validate(None, SCHEMA)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in BROKEN
        # What needs the list of rules, a calendar, or another reader of YAML is left out.
        if not name.endswith(
            (" rule", "such day", "day of an incident", "twice", "no YAML", "merge key")
        )
        and name != "rule of a severity"
    ],
)
def test_the_schema_refuses_what_is_refused(name: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(_data(BROKEN[name][0]), SCHEMA)
