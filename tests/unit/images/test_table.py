"""What the list of images shows of each."""

from __future__ import annotations

import json
from datetime import date

import pytest

from secguard.images.check import Images
from secguard.images.lock import Entry, Lock
from secguard.images.table import as_json, as_text
from secguard.policy.read import read_policy
from secguard.source.text import TextFile
from tests.unit.images.checkouts import DIGEST, OTHER, job, uses

DAY = date(2026, 11, 22)


def shown(text: str, policy: str = "", **entries: str) -> list[tuple[str, str]]:
    """Give pin and status of each image."""
    decided = read_policy(TextFile("secguard.yml", f"images: {policy or '{}'}\n"), ()).images
    names = {name.replace("_", "/").replace("Z", ":"): Entry(one) for name, one in entries.items()}
    lock = Lock({f"docker.io/{name}": entry for name, entry in names.items()}) if names else None
    rows = json.loads(as_json(Images(uses(text), decided, DAY, lock)))
    return [(row["pin"], row["status"]) for row in rows]


def docker(image: str) -> str:
    return job(f"docker: [{{image: {image}}}]\nsteps: [checkout]\n")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("acme/app:1", ("tag", "")),
        ("acme/app", ("moving", "")),
        (f"acme/app@{DIGEST}", ("digest", "")),
        ('"acme/app:<< pipeline.git.branch >>"', ("open", "open")),
        ('"<< pipeline.git.branch >>"', ("open", "open")),
        ("acme/App:1", ("", "malformed")),
        ("circleci/node:10", ("tag", "ended")),
    ],
)
def test_the_pin_says_how_firmly_an_image_is_named(image: str, expected: tuple[str, str]) -> None:
    assert shown(docker(image)) == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('machine: {image: "ubuntu-2404:current"}', ("name", "")),
        ('machine: {image: "ubuntu-1604:202007-01"}', ("name", "removed")),
        ('machine: {image: "windows-server-2019-vs2019:current"}', ("name", "ending")),
        ('machine: {image: "<< pipeline.git.branch >>"}', ("open", "open")),
        ('macos: {xcode: "12.5"}', ("name", "removed")),
    ],
)
def test_machines_have_a_name_and_perhaps_an_end(body: str, expected: tuple[str, str]) -> None:
    assert shown(job(f"{body}\nsteps: [checkout]\n")) == [expected]


@pytest.mark.parametrize(
    ("image", "status"),
    [
        ("acme/app:1", "locked"),
        (f"acme/app:1@{DIGEST}", "locked"),
        (f"acme/app:1@{OTHER}", "mismatch"),
        ("acme/app:2", "not locked"),
    ],
)
def test_the_status_says_what_the_lock_file_knows(image: str, status: str) -> None:
    assert [one for _, one in shown(docker(image), acme_appZ1=DIGEST)] == [status]


def test_what_the_policy_denies_is_said_first() -> None:
    assert shown(docker("acme/app:1"), "{deny: [docker.io/acme/**]}", acme_appZ1=DIGEST) == [
        ("tag", "denied")
    ]


def test_the_table_cuts_digests_and_hides_what_terminals_obey() -> None:
    policy = read_policy(TextFile("x", ""), ()).images
    found = [*uses(docker(f"acme/app:1@{DIGEST}")), *uses(docker('"acme/\\e[2J:1"'))]
    head, row, odd = as_text(Images(tuple(found), policy, DAY)).splitlines()
    assert head.split() == ["PLACE", "USE", "IMAGE", "PIN", "STATUS"]
    assert row.split()[1:] == ["docker", "acme/app:1@sha256:3f3f3f3f3f3f…", "digest"]
    assert "\x1b" not in odd and odd.endswith("malformed")


def test_no_images_are_no_table() -> None:
    images = Images((), read_policy(TextFile("x", ""), ()).images, DAY)
    assert as_text(images) == "No images are named.\n"
    assert as_json(images) == "[]\n"
