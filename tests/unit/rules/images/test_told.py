"""The rules that judge images by what their registries, the lock file or CircleCI tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secguard.finding import Confidence, Severity
from secguard.images.offered import Offered
from secguard.images.resolve import Answer
from secguard.net.failure import Failure
from secguard.rules.images.image_drift import image_drift
from secguard.rules.images.image_missing import image_missing
from secguard.rules.images.image_not_offered import image_not_offered
from secguard.rules.images.image_platform_missing import image_platform_missing
from secguard.rules.images.image_stale import image_stale
from secguard.rules.images.registry_answer_refused import registry_answer_refused
from tests.unit.images.checkouts import DIGEST, OTHER, job
from tests.unit.rules.images.judged import (
    KEY,
    MOVED,
    PINNED,
    SAME,
    docker,
    failed,
    found,
    images,
    told,
)

OPEN = (Failure.UNREACHABLE, Failure.LIMITED, Failure.FORBIDDEN)


def test_a_moved_tag_is_found_and_named_with_both_digests() -> None:
    target = images(docker("acme/app:1"), lock={KEY: SAME}, answers={KEY: Answer(MOVED)})
    (finding,) = found(image_drift, target)
    assert finding.severity is Severity.HIGH
    assert DIGEST[:19] in finding.message and OTHER[:19] in finding.message
    assert "2026-10-02" in finding.message


def test_content_that_stayed_is_no_drift_nor_is_what_nobody_locked_or_answered() -> None:
    text = docker("acme/app:1")
    for lock, answer in (
        ({KEY: SAME}, Answer(SAME)),
        ({}, Answer(MOVED)),
        (None, Answer(MOVED)),
        ({KEY: SAME}, failed(Failure.UNREACHABLE)),
    ):
        assert not found(image_drift, images(text, lock=lock, answers={KEY: answer}))


def test_a_moved_tag_does_no_harm_beside_a_digest() -> None:
    text = docker(f"acme/app:1@{DIGEST}")
    target = images(text, lock={KEY: SAME}, answers={PINNED: Answer(SAME), KEY: Answer(MOVED)})
    assert not found(image_drift, target)


@pytest.mark.parametrize(
    ("image", "key", "why"),
    [
        ("acme/app:1", KEY, "does not exist"),
        (f"acme/app:1@{DIGEST}", PINNED, "is no longer there under its digest"),
    ],
)
def test_what_a_registry_does_not_have_is_found(image: str, key: str, why: str) -> None:
    target = images(docker(image), answers={key: failed(Failure.MISSING)})
    (finding,) = found(image_missing, target)
    assert why in finding.message and finding.severity is Severity.HIGH


@pytest.mark.parametrize("failure", [*OPEN, Failure.UNTRUSTED])
def test_an_answer_that_says_nothing_does_not_make_an_image_missing(failure: Failure) -> None:
    assert not found(image_missing, images(docker("acme/app:1"), answers={KEY: failed(failure)}))


def test_an_answer_that_cannot_be_believed_is_found() -> None:
    answers = {KEY: failed(Failure.UNTRUSTED, "sends other content than the digest says")}
    (finding,) = found(registry_answer_refused, images(docker("acme/app:1"), answers=answers))
    assert finding.severity is Severity.HIGH and "sends other content" in finding.message


@pytest.mark.parametrize("failure", [*OPEN, Failure.MISSING])
def test_other_answers_are_not_refused(failure: Failure) -> None:
    target = images(docker("acme/app:1"), answers={KEY: failed(failure)})
    assert not found(registry_answer_refused, target)


@pytest.mark.parametrize(
    ("created", "policy", "expected"),
    [
        ("2025-11-22", "", []),
        ("2025-11-21", "", ["low"]),
        ("", "", []),
        ("2026-11-01", "{require: {max_age: 10}}", ["medium"]),
        ("2026-11-12", "{require: {max_age: 10}}", []),
        ("2020-01-01", "{require: {max_age: 9999}}", []),
    ],
)
def test_age_is_held_against_the_policy_or_a_year(
    created: str, policy: str, expected: list[str]
) -> None:
    entry = replace(SAME, created=created)
    target = images(docker("acme/app:1"), policy=policy, answers={KEY: Answer(entry)})
    assert [severity for severity, _ in told(image_stale, target)] == expected
    offline = images(docker("acme/app:1"), policy=policy, lock={KEY: entry})
    assert [severity for severity, _ in told(image_stale, offline)] == expected


def test_an_age_that_the_policy_limits_is_certain() -> None:
    entry = replace(SAME, created="2020-01-01")
    (plain,) = found(image_stale, images(docker("acme/app:1"), lock={KEY: entry}))
    policy = "{require: {max_age: 10}}"
    (limited,) = found(image_stale, images(docker("acme/app:1"), policy=policy, lock={KEY: entry}))
    assert (plain.confidence, limited.confidence) == (Confidence.MEDIUM, Confidence.HIGH)


@pytest.mark.parametrize(
    ("size", "platforms", "fits"),
    [
        ("arm.medium", ("linux/amd64",), False),
        ("arm.medium", ("linux/amd64", "linux/arm64"), True),
        ("arm.medium", ("linux/arm64/v8",), True),
        ("medium", ("linux/arm64",), False),
        ("medium", ("linux/amd64",), True),
        ("medium", ("linux/amd64/v2",), True),
        ("medium", (), True),
        ("acme/runner", ("linux/arm64",), True),
        ("<< pipeline.git.branch >>", ("linux/arm64",), True),
    ],
)
def test_an_image_is_made_for_the_processor_that_it_runs_on(
    size: str, platforms: tuple[str, ...], fits: bool
) -> None:
    text = docker("acme/app:1").replace("    steps:", f"    resource_class: {size}\n    steps:")
    entry = replace(SAME, platforms=platforms)
    assert (not found(image_platform_missing, images(text, lock={KEY: entry}))) is fits


def machine(image: str) -> str:
    return job(f"machine: {{image: {image}}}\nsteps: [checkout]\n")


def mac(version: str) -> str:
    return job(f"macos: {{xcode: {version}}}\nsteps: [checkout]\n")


CATALOG = Offered(
    frozenset(("ubuntu-2404:current", "ubuntu-2404:2026.05.1", "xcode:26.5", "android:2026.05.1")),
    frozenset(("android:2026.05.1",)),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (machine("ubuntu-2404:current"), []),
        (machine("ubuntu-2404:2025.09.1"), [("medium", "ubuntu-2404:2025.09.1")]),
        (machine("android:2026.05.1"), [("low", "android:2026.05.1")]),
        (machine("ubuntu-1604:201903-01"), []),  # known without asking, by another rule
        (machine("ubuntu-2404:<< pipeline.git.branch >>"), []),
        (mac("26.5"), []),
        (mac("27.9"), [("medium", "xcode:27.9")]),
        (docker("acme/app:1"), []),
    ],
)
def test_machines_are_held_against_the_catalog(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(image_not_offered, images(text, offered=CATALOG)) == expected
    assert told(image_not_offered, images(text)) == []


def test_what_is_offered_instead_is_named() -> None:
    text = machine("ubuntu-2404:2025.09.1")
    (finding,) = found(image_not_offered, images(text, offered=CATALOG))
    assert finding.hint == "take one of these: ubuntu-2404:2026.05.1, ubuntu-2404:current"
