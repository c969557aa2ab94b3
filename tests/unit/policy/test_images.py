"""What a policy says about an image: the narrowest pattern counts, and denial at a draw."""

from __future__ import annotations

import pytest

from secguard.circleci.values import HOLE
from secguard.oci.reference import outline
from secguard.policy.images import Identity, Key
from secguard.policy.read import read_policy
from secguard.source.text import TextFile

CLOSED = """
images:
  allow: [docker.io/cimg/*, docker.io/circleci/picard, ghcr.io/acme/**]
  deny: [docker.io/circleci/**, ghcr.io/acme/old/**, ghcr.io/acme/base]
"""
OPEN = "images: {deny: [docker.io/circleci/**, evil.example]}"
DRAW = "images: {allow: [ghcr.io/acme/**], deny: [ghcr.io/acme/**]}"


def verdict(policy: str, image: str) -> bool | None:
    images = read_policy(TextFile("p", policy), ()).images
    return images.verdict(outline(image.replace("?", HOLE), HOLE), HOLE)[0]


@pytest.mark.parametrize(
    ("policy", "image", "expected"),
    [
        (CLOSED, "cimg/node:1", True),
        (CLOSED, "node:1", False),
        (CLOSED, "circleci/node:1", False),
        (CLOSED, "circleci/picard:1", True),
        (CLOSED, "ghcr.io/acme/app", True),
        (CLOSED, "ghcr.io/acme/old/app", False),
        (CLOSED, "ghcr.io.evil.example/acme/app", False),
        (CLOSED, "cimg/?:1", None),
        (CLOSED, "ghcr.io/acme/?", None),
        (CLOSED, "?/node", None),
        (CLOSED, "?", None),
        (CLOSED, "node:?", False),
        (OPEN, "node:1", True),
        (OPEN, "circleci/node", False),
        (OPEN, "registry-1.docker.io/circleci/node", False),
        (OPEN, "EVIL.example:443/x", False),
        (OPEN, "?", None),
        (DRAW, "ghcr.io/acme/app", False),
        ("", "anything:1", True),
        ("", "?", True),
        ("images: {default: deny}", "anything:1", False),
        ("images: {default: allow, allow: [a.b]}", "anything:1", True),
    ],
)
def test_a_policy_decides(policy: str, image: str, expected: bool | None) -> None:
    assert verdict(policy, image) is expected


def test_the_narrowest_scope_counts_and_the_rest_is_inherited() -> None:
    text = """
images:
  require: {digest: true, max_age: 90}
  scopes:
    - images: [docker.io]
      require: {max_age: 30}
    - images: [docker.io/cimg/*, docker.io/library/*]
      require: {digest: false}
    - images: [ghcr.io/acme/**]
      require: {signed_by: [{key: k}, {identity: i, issuer: j}]}
"""
    images = read_policy(TextFile("p", text), ()).images

    def required(image: str) -> tuple[object, ...]:
        found = images.required(outline(image, HOLE), HOLE)
        return found.digest, found.max_age, found.signed_by

    assert required("acme/app") == (True, 30, None)
    assert required("cimg/node") == (False, 90, None)
    assert required("quay.io/x") == (True, 90, None)
    assert required("ghcr.io/acme/x") == (True, 90, (Key("k"), Identity("i", "j")))
