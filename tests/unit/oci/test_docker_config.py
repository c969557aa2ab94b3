"""Logins from a docker config, and from the helpers that it names."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from secguard.errors import UsageError
from secguard.oci.client import Login
from secguard.oci.docker_config import DockerConfig
from secguard.oci.reference import parse


def config(tmp_path: Path, data: object) -> DockerConfig:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(data))
    return DockerConfig(path, str(tmp_path))


def entry(user: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:pass:word".encode()).decode()}


def helper(tmp_path: Path, name: str, script: str) -> None:
    path = tmp_path / f"docker-credential-{name}"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def login(found: DockerConfig, image: str) -> Login | None:
    return found.login(parse(image))


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "docker.io/acme"]
)
def test_docker_hub_has_many_names(tmp_path: Path, key: str) -> None:
    found = config(tmp_path, {"auths": {key: entry("me")}})
    assert login(found, "acme/app") == Login("me", "pass:word")
    assert login(found, "ghcr.io/acme/app") is None


def test_the_longest_name_wins(tmp_path: Path) -> None:
    auths = {
        "ghcr.io": entry("all"),
        "ghcr.io/acme": entry("some"),
        "ghcr.io/acme/app": entry("one"),
    }
    found = config(tmp_path, {"auths": auths})
    for image, user in (("acme/app", "one"), ("acme/db", "some"), ("acmes/x", "all")):
        chosen = login(found, f"ghcr.io/{image}")
        assert chosen is not None and chosen.user == user


def test_an_identity_token_takes_the_place_of_a_password(tmp_path: Path) -> None:
    found = config(tmp_path, {"auths": {"a.example": {**entry("x"), "identitytoken": "t"}}})
    assert login(found, "a.example/b") == Login(token="t")


def test_a_host_that_resembles_another_gets_nothing(tmp_path: Path) -> None:
    found = config(tmp_path, {"auths": {"ghcr.io": entry("me")}})
    for image in ("ghcr.io.evil.example/a", "ghcr.io:8443/a", "evil.example/ghcr.io/a"):
        assert login(found, image) is None


def test_a_helper_is_asked(tmp_path: Path) -> None:
    script = 'read host; printf \'{"Username":"u-%s","Secret":"s"}\' "$host"'
    helper(tmp_path, "mine", script.replace("read host", "host=$(/bin/cat)"))
    found = config(tmp_path, {"credHelpers": {"ghcr.io": "mine"}})
    assert login(found, "ghcr.io/a") == Login("u-ghcr.io", "s")
    assert login(found, "quay.io/a") is None


def test_a_store_is_asked_for_every_registry(tmp_path: Path) -> None:
    helper(tmp_path, "all", 'printf \'{"Username":"<token>","Secret":"t"}\'')
    found = config(tmp_path, {"credsStore": "all"})
    assert login(found, "acme/app") == Login(token="t")


@pytest.mark.parametrize("name", ["../evil", "/bin/sh", "a b", "", "gone"])
def test_a_helper_that_is_no_name_is_not_run(tmp_path: Path, name: str) -> None:
    found = config(tmp_path, {"credHelpers": {"ghcr.io": name}})
    assert login(found, "ghcr.io/a") is None


@pytest.mark.parametrize("script", ["exit 1", "echo no json", "echo '{}'", "echo '[]'"])
def test_a_helper_that_fails_gives_nothing(tmp_path: Path, script: str) -> None:
    helper(tmp_path, "bad", script)
    assert login(config(tmp_path, {"credsStore": "bad"}), "ghcr.io/a") is None


@pytest.mark.parametrize("data", [[], {"auths": []}, {"auths": {"ghcr.io": {"auth": "%"}}}, {}])
def test_a_config_without_logins_gives_none(tmp_path: Path, data: object) -> None:
    assert login(config(tmp_path, data), "ghcr.io/a") is None


def test_a_config_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    for text in (None, "{", "[" * 100_000):
        if text is not None:
            path.write_text(text)
        with pytest.raises(UsageError):
            DockerConfig(path, os.defpath)
