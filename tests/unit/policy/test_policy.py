"""Tests for what a policy means."""

from __future__ import annotations

import pytest

from secguard.finding import Confidence, Finding, Location, Severity
from secguard.policy import Allowed, Exemption, Policy
from secguard.settings import Settings

ALLOWED = Allowed(
    orbs=("my-org", "other/orb"),
    registries=("ghcr.io/my-org", "*.example.com"),
    contexts=("public-*",),
    hosts=("get.example.com",),
    secrets=("TEST_*",),
)
FINDING = Finding(
    "some-rule",
    Severity.LOW,
    Confidence.HIGH,
    "a message",
    Location(".circleci/config.yml", None, ("jobs", "build", "steps", "0")),
    subject="a/orb",
)


@pytest.mark.parametrize(
    ("kind", "name", "trusted"),
    [
        ("orb", "my-org/any", True),
        ("orb", "other/orb", True),
        ("orb", "other/orb2", False),
        ("orb", "my-organ/any", False),
        ("registry", "ghcr.io/my-org/image", True),
        ("registry", "ghcr.io/my-orgs/image", False),
        ("registry", "ghcr.io", False),
        ("registry", "registry.example.com/x", True),
        ("context", "public-npm", True),
        ("context", "production", False),
        ("host", "GET.example.com", True),
        ("host", "example.com", False),
        ("secret", "TEST_TOKEN", True),
        ("secret", "TOKEN", False),
    ],
)
def test_names_are_trusted_as_listed(kind: str, name: str, trusted: bool) -> None:
    assert getattr(ALLOWED, kind)(name) is trusted
    assert getattr(Allowed(), kind)(name) is False


@pytest.mark.parametrize(
    ("parts", "covered"),
    [
        ({}, True),
        ({"files": (".circleci/*",)}, True),
        ({"files": ("other.yml",)}, False),
        ({"within": "jobs.build"}, True),
        ({"within": "jobs"}, True),
        ({"within": "jobs.bui"}, False),
        ({"subject": "a/orb"}, True),
        ({"subject": "an/other"}, False),
        ({"rule": "other-rule"}, False),
    ],
)
def test_an_exception_covers_what_fits_in_every_part(
    parts: dict[str, object], covered: bool
) -> None:
    given: dict[str, object] = {"rule": "some-rule", "reason": "x", **parts}
    assert Exemption(Location("p"), **given).covers(FINDING) is covered  # type: ignore[arg-type]


def test_options_win_over_the_policy_and_the_policy_over_defaults() -> None:
    stated = frozenset(("fail_on", "strict"))
    policy = Policy(Settings(fail_on=Severity.HIGH, strict=True), stated)
    flags = Settings(fail_on=Severity.LOW)
    assert policy.settle(flags, ("fail_on",)) == Settings(fail_on=Severity.LOW, strict=True)
    assert policy.settle(flags, ()) == Settings(fail_on=Severity.HIGH, strict=True)
    assert Policy().settle(flags, ()) == flags


def test_a_rule_that_an_option_names_runs_though_the_policy_ignores_it() -> None:
    policy = Policy(Settings(ignore=("one", "two")), frozenset(("ignore",)))
    assert policy.settle(Settings(), ()).ignore == ("one", "two")
    assert policy.settle(Settings(ignore=("three",)), ("ignore",)).ignore == ("three", "one", "two")
    assert policy.settle(Settings(select=("one",)), ("select",)).ignore == ("two",)
