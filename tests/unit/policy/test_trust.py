"""Rules take for trusted what the policy allows, and nothing more."""

from __future__ import annotations

from dataclasses import fields

import pytest

from secguard import engine
from secguard.circleci.config import make_config
from secguard.oci.pattern import parse_pattern
from secguard.policy import Allowed, Policy
from secguard.policy.images import ImagePolicy
from secguard.rules import rules
from secguard.source.text import TextFile
from secguard.source.tree import parse

CONFIG = """\
version: 2.1
orbs:
  tools: acme/tools@1.2.3
jobs:
  build:
    docker:
      - image: registry.acme.example.com/team/image:1.2.3
    environment:
      ACME_TOKEN: 2f7c9a51be0d4e63a8f1
    steps:
      - tools/setup
      - run: curl -sSL https://get.acme.example.com/install.sh | bash
      - run: |
          curl -sSLo tool https://get.acme.example.com/tool
          chmod +x tool
          ./tool "$USER"
      - run: curl -sS http://get.acme.example.com/insecure.sh | bash
      - run: echo "$OTHER_TOKEN"
      - run: docker build --build-arg OTHER_TOKEN .
      - run: |
          set -x
          ./deploy --token "$OTHER_TOKEN"
      - run: {shell: pwsh, command: 'Write-Host $env:OTHER_TOKEN'}
workflows:
  main:
    jobs:
      - build: {context: [acme-prod]}
"""
TRUST = {
    "orbs": ("acme", "orb-untrusted", 1, 0),
    "registries": ("registry.acme.example.com/team", "image-registry-unknown", 1, 0),
    "contexts": ("acme-*", "context-open", 1, 0),
    "hosts": ("get.acme.example.com", "curl-pipe-shell", 2, 1),
}
SECRETS = {
    "plaintext-secret": "ACME_TOKEN",
    "secret-echoed": "OTHER_TOKEN",
    "secret-in-argv": "OTHER_TOKEN",
    "secret-in-build-arg": "OTHER_TOKEN",
    "tracing-secrets": "OTHER_*",
}


def _count(rule: str, allowed: Allowed, images: ImagePolicy | None = None) -> int:
    root = parse(TextFile("config.yml", CONFIG))
    policy = Policy(allowed=allowed, images=images or ImagePolicy())
    config = make_config(root, "config", policy=policy)
    wanted = tuple(one for one in rules("config") if one.id == rule)
    return len(engine.check(wanted, [("config.yml", config)])[0])


@pytest.mark.parametrize("kind", TRUST)
def test_what_is_allowed_is_not_reported(kind: str) -> None:
    name, rule, before, after = TRUST[kind]
    assert _count(rule, Allowed()) == before
    assert _count(rule, Allowed(**{kind: (f"not-{name}",)})) == before
    assert _count(rule, Allowed(**{kind: (name,)})) == after


def test_a_registry_is_trusted_where_its_images_are_allowed_by_name() -> None:
    for text, count in (
        ("registry.acme.example.com/team/*", 0),
        ("registry.acme.example.com/x", 1),
    ):
        images = ImagePolicy("allow", allow=(parse_pattern(text),))
        assert _count("image-registry-unknown", Allowed(), images) == count
    assert _count("image-registry-unknown", Allowed(), ImagePolicy("allow")) == 1


def test_programs_of_a_trusted_host_may_run() -> None:
    assert _count("download-unverified", Allowed()) == 1
    assert _count("download-unverified", Allowed(hosts=("*.acme.example.com",))) == 0


@pytest.mark.parametrize("rule", SECRETS)
def test_a_variable_that_is_no_secret_is_not_reported(rule: str) -> None:
    assert _count(rule, Allowed()) > 0
    assert _count(rule, Allowed(secrets=("UNRELATED",))) > 0
    assert _count(rule, Allowed(secrets=(SECRETS[rule],))) == 0


def test_a_variable_that_is_no_secret_is_nothing_that_a_job_can_lose() -> None:
    root = parse(TextFile("config.yml", CONFIG))
    for names, lost in (((), ("OTHER_TOKEN",)), (("OTHER_*",), ())):
        config = make_config(root, "config", policy=Policy(allowed=Allowed(secrets=names)))
        assert config.exposure(config.jobs[0]).secrets == lost


def test_every_list_of_the_policy_is_read_by_a_rule() -> None:
    assert {field.name for field in fields(Allowed)} == {*TRUST, "secrets"}
