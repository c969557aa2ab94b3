"""What jobs ran in, read from what CircleCI writes when it starts them."""

from __future__ import annotations

import pytest

from secguard.images.ran import Started, started
from tests.unit.images.checkouts import DIGEST, OTHER

OLD = f"""\
Build-agent version  ()
Docker Engine Version: 20.10.1
Starting container cimg/node:lts
  image is cached as cimg/node:lts, but refreshing...
lts: Pulling from cimg/node
Digest: {DIGEST}
Status: Image is up to date for cimg/node:lts
  using image cimg/node@{DIGEST}
Starting container circleci/postgres:9.6
  image cache not found on this host, downloading circleci/postgres:9.6
  using image circleci/postgres@{OTHER}
"""
MIXED = f"""\
Starting container acme/app:1\r
Starting container ghcr.io/acme/db:2\r
Warning: No authentication provided, using CircleCI credentials for pulls from Docker Hub.\r
ghcr.io/acme/db:2:\r
  using image ghcr.io/acme/db@{OTHER}\r
  pull stats: Image was already available so the image was not pulled\r
acme/app:1:\r
  using image acme/app@{DIGEST}\r
  time to create container: 28ms\r
"""


@pytest.mark.parametrize(
    ("output", "found"),
    [
        (OLD, [("cimg/node:lts", DIGEST), ("circleci/postgres:9.6", OTHER)]),
        (MIXED, [("ghcr.io/acme/db:2", OTHER), ("acme/app:1", DIGEST)]),
        ("Build-agent version 1\nUsing volume\n", []),
        ("Starting container acme/app:1\nError response from daemon\n", [("acme/app:1", "")]),
        (f"using image acme/app@{DIGEST}\n", [("acme/app", DIGEST)]),
        (f"Starting container a/b:1\nusing image docker.io/a/b@{DIGEST}", [("a/b:1", DIGEST)]),
        (f"Starting container a/b:1\nusing image a/c@{DIGEST}", [("a/c", DIGEST), ("a/b:1", "")]),
        ("Starting container a/b:1\nusing image a/b@sha256:12", [("a/b:1", "")]),
    ],
)
def test_a_digest_belongs_to_the_container_above_it(
    output: str, found: list[tuple[str, str]]
) -> None:
    assert list(started(output)) == [Started(*one) for one in found]


def test_two_containers_of_one_repository_each_have_their_own() -> None:
    output = f"""
Starting container a/b:1
Starting container a/b:2
a/b:2:
  using image a/b@{OTHER}
a/b:1:
  using image a/b@{DIGEST}
"""
    assert dict(started(output)) == {"a/b:1": DIGEST, "a/b:2": OTHER}


def test_one_image_in_two_containers_is_told_twice() -> None:
    once = f"Starting container a/b:1\nStarting container a/b:1\nusing image a/b@{DIGEST}\n"
    output = f"{once}using image a/b@{DIGEST}\n"
    assert list(started(output)) == [Started("a/b:1", DIGEST)] * 2
    assert list(started(once)) == [Started("a/b:1", DIGEST), Started("a/b:1", "")]


def test_more_containers_than_there_can_be_are_not_told() -> None:
    output = f"Starting container a/b:1\nusing image a/c@{DIGEST}\n" * 20_000
    found = list(started(output))
    assert found.count(Started("a/b:1", "")) == 20_000
    assert found.count(Started("a/c", DIGEST)) == 20_000
