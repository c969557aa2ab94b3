"""The rules that judge images by what is written: references, policy, lock file."""

from __future__ import annotations

import pytest

from secguard.finding import Confidence, Severity
from secguard.rules.images.image_digest_required import image_digest_required
from secguard.rules.images.image_lock_mismatch import image_lock_mismatch
from secguard.rules.images.image_malformed import image_malformed
from secguard.rules.images.image_not_allowed import image_not_allowed
from secguard.rules.images.image_not_locked import image_not_locked
from secguard.rules.images.image_pull_lookalike import image_pull_lookalike
from secguard.rules.images.image_pull_unpinned import image_pull_unpinned
from tests.unit.images.checkouts import DIGEST, script
from tests.unit.rules.images.judged import KEY, MOVED, SAME, docker, exposed, found, images, told


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("acme/app@latest", "has something else than a digest behind its '@'"),
        ("acme/app@sha256:12", "has a digest of the wrong length"),
        ("acme/app@md5:12", "has a digest of an unknown kind"),
        ("acme/App:1", "has capital letters in its path"),
        ('"$REGISTRY/app:1"', "holds a variable, and CircleCI puts none in here"),
        ('"acme/app:1 "', "is not written as a reference is"),
        ("a" * 300, "is longer than any image's name can be"),
    ],
)
def test_what_is_no_reference_is_found_with_the_reason(image: str, why: str) -> None:
    (finding,) = found(image_malformed, images(docker(image)))
    assert why in finding.message and finding.severity is Severity.HIGH


@pytest.mark.parametrize(
    "image", ["acme/app", "acme/app:1", f"acme/app:1@{DIGEST}", "<< pipeline.git.branch >>"]
)
def test_a_reference_is_not_malformed(image: str) -> None:
    assert not found(image_malformed, images(docker(image)))


def test_what_a_step_would_pull_is_less_certain_to_be_malformed() -> None:
    (finding,) = found(image_malformed, images(script("docker pull acme/App:1")))
    assert finding.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("{allow: [docker.io/acme/*]}", []),
        ("{allow: [docker.io/acme/other]}", [("high", "docker.io/acme/app")]),
        ("{deny: [docker.io/acme/**]}", [("high", "docker.io/acme/app")]),
        ("{deny: [docker.io/acme/other]}", []),
        ("{deny: [docker.io/acme/**], allow: [docker.io/acme/app]}", []),
        (
            "{deny: [docker.io/acme/app], allow: [docker.io/acme/app]}",
            [("high", "docker.io/acme/app")],
        ),
        ("{default: deny}", [("high", "docker.io/acme/app")]),
        ("{default: allow, allow: [ghcr.io/x/y]}", []),
    ],
)
def test_the_policy_says_where_images_come_from(policy: str, found: list[tuple[str, str]]) -> None:
    assert told(image_not_allowed, images(docker("acme/app:1"), policy=policy)) == found


@pytest.mark.parametrize(
    "image", ["docker.io.evil.example/acme/app:1", "ghcr.io/docker.io/acme/app"]
)
def test_a_name_that_only_begins_like_an_allowed_one_is_not_allowed(image: str) -> None:
    target = images(docker(image), policy="{allow: [docker.io/acme/*]}")
    assert [one.severity for one in found(image_not_allowed, target)] == [Severity.HIGH]


def test_an_image_that_only_the_pipeline_knows_may_come_from_anywhere() -> None:
    text = docker("<< pipeline.git.branch >>")
    (finding,) = found(image_not_allowed, images(text, policy="{allow: [docker.io/acme/*]}"))
    assert finding.severity is Severity.MEDIUM and "may come from anywhere" in finding.message
    assert not found(image_not_allowed, images(text))


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("acme/app:1", [("medium", KEY)]),
        ("acme/app", [("medium", "docker.io/acme/app:latest")]),
        (f"acme/app:1@{DIGEST}", []),
        (f"acme/app@{DIGEST}", []),
    ],
)
def test_a_digest_is_wanted_where_the_policy_wants_one(
    image: str, found: list[tuple[str, str]]
) -> None:
    assert (
        told(image_digest_required, images(docker(image), policy="{require: {digest: true}}"))
        == found
    )
    assert told(image_digest_required, images(docker(image))) == []


def test_exposure_raises_and_a_service_lowers_the_severity() -> None:
    policy = "{require: {digest: true}}"
    text = docker("acme/app:1", "  - image: acme/db:1\n")
    assert told(image_digest_required, images(exposed(text), policy=policy)) == [
        ("high", KEY),
        ("medium", "docker.io/acme/db:1"),
    ]
    assert told(image_digest_required, images(text, policy=policy)) == [
        ("medium", KEY),
        ("low", "docker.io/acme/db:1"),
    ]


@pytest.mark.parametrize(
    ("image", "found"),
    [
        (f"acme/app:1@{DIGEST}", [("high", KEY)]),
        ("acme/app:1", []),
        (f"acme/app:2@{DIGEST}", []),
        (f"acme/app@{DIGEST}", []),
    ],
)
def test_a_digest_beside_a_locked_tag_is_the_locked_one(
    image: str, found: list[tuple[str, str]]
) -> None:
    assert told(image_lock_mismatch, images(docker(image), lock={KEY: MOVED})) == found
    assert told(image_lock_mismatch, images(docker(image), lock={KEY: SAME})) == []


def test_an_image_that_is_not_locked_is_found_only_where_there_is_a_lock() -> None:
    text = docker("acme/app:1")
    assert told(image_not_locked, images(text, lock={})) == [("medium", KEY)]
    assert told(image_not_locked, images(exposed(text), lock={})) == [("high", KEY)]
    assert told(image_not_locked, images(text, lock={}, frozen=True)) == [("high", KEY)]
    assert told(image_not_locked, images(text, lock={KEY: SAME})) == []
    assert told(image_not_locked, images(text)) == []


@pytest.mark.parametrize("image", ["<< pipeline.git.branch >>", "localhost:5000/app:1"])
def test_what_nobody_can_lock_is_left_alone(image: str) -> None:
    assert told(image_not_locked, images(docker(image), lock={})) == []


@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("docker run alpine", "low"),
        ("docker pull alpine:latest", "low"),
        ("docker run alpine:edge", "low"),
        ("docker run alpine:3.20", ""),
        (f"docker run alpine@{DIGEST}", ""),
        ("docker run $IMAGE", ""),
        ("docker run localhost:5000/mine", ""),
    ],
)
def test_a_step_names_a_version(command: str, severity: str) -> None:
    findings = told(image_pull_unpinned, images(script(command)))
    assert [one for one, _ in findings] == ([severity] if severity else [])


def test_what_a_step_starts_weighs_more_where_there_is_something_to_lose() -> None:
    (finding,) = found(image_pull_unpinned, images(exposed(script("docker run alpine"))))
    assert finding.severity is Severity.MEDIUM and finding.exposure


@pytest.mark.parametrize(
    ("line", "severity"),
    [("FROM alpine", "medium"), ("FROM alpine:edge", "low"), ("FROM alpine:3.20", "")],
)
def test_a_dockerfile_names_a_version(line: str, severity: str) -> None:
    findings = told(image_pull_unpinned, images(dockerfile=f"{line}\nRUN make\n"))
    assert [one for one, _ in findings] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("image", "other"),
    [
        ("ghcr.io.example.com/acme/app:1", "ghcr.io"),
        ("gchr.io/acme/app:1", "ghcr.io"),
        ("bitnarni/redis:7", "bitnami"),
        ("CIMG/node:20", "cimg"),
    ],
)
def test_a_name_that_passes_for_another_is_found_outside_of_executors(
    image: str, other: str
) -> None:
    (finding,) = found(image_pull_lookalike, images(script(f"docker pull {image}")))
    assert f"taken for '{other}'" in finding.message
    assert not found(image_pull_lookalike, images(docker(image)))


@pytest.mark.parametrize("image", ["ghcr.io/acme/app:1", "bitnami/redis:7", "registry.example/a:1"])
def test_a_name_of_its_own_passes_for_no_other(image: str) -> None:
    assert not found(image_pull_lookalike, images(script(f"docker pull {image}")))


def test_a_name_that_the_policy_allows_passes_for_no_other() -> None:
    text = script("docker pull bitnarni/redis:7")
    for policy, count in (("{allow: [docker.io/bitnarni/*]}", 0), ("{default: allow}", 1)):
        assert len(found(image_pull_lookalike, images(text, policy=policy))) == count


def test_one_image_in_many_places_is_one_finding_at_the_gravest() -> None:
    text = docker("acme/app:1", "  - image: acme/app:1\n")
    (finding,) = found(image_not_locked, images(text, lock={}))
    assert finding.where.span is not None and finding.where.span.line == 5
    assert [place.span.line for place in finding.related if place.span] == [6]
