"""What is looked at in a checkout, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from secguard.images.inventory import MAX_SIZE, inventory, reader_of
from secguard.targets import load
from tests.unit.images.checkouts import script, texts, write


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "dockerfile",
        "Dockerfile.dev",
        "Dockerfile-arm64",
        "app.Dockerfile",
        "app.dockerfile",
        "Containerfile",
        "docker-compose.yml",
        "docker-compose.override.yaml",
        "compose.yaml",
        "compose.prod.yml",
    ],
)
def test_a_file_that_names_images_is_known_by_its_name(name: str) -> None:
    assert reader_of(Path("a", name)) is not None


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile.md",
        "Dockerfile.dockerignore",
        "Dockerfile~",
        "dockerfiles.txt",
        "mycompose.yml",
        "a.yml",
    ],
)
def test_other_files_are_left_alone(name: str) -> None:
    assert reader_of(Path("a", name)) is None


def test_a_checkout_is_looked_through(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".circleci/config.yml": script("docker build -t mine . && docker pull alpine:3"),
            "a/Dockerfile": "FROM a:1\nFROM mine:2\n",
            "a/node_modules/Dockerfile": "FROM no:1\n",
            "vendor/Dockerfile": "FROM no:1\n",
            ".git/Dockerfile": "FROM no:1\n",
            "b/compose.yml": "services: {a: {image: b:1}, m: {image: mine}}\n",
        },
    )
    (tmp_path / "c.Dockerfile").symlink_to("/etc/passwd")
    found = inventory(load((str(tmp_path),)).configs, (str(tmp_path),))
    named = [
        ("machine", "ubuntu-2404:current"),
        ("pull", "alpine:3"),
        ("from", "a:1"),
        ("compose", "b:1"),
    ]
    assert texts(found.uses) == named
    assert found.problems == ()
    assert len(found.sources) == 2


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"Dockerfile": "x" * (MAX_SIZE + 1), "compose.yml": "a: [\n", "b.Dockerfile": "\0"},
    )
    found = inventory((), (str(tmp_path),))
    assert len(found.problems) == 3


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM a:1\n"})
    names = (str(tmp_path), str(tmp_path / "Dockerfile"), f"{tmp_path}/./")
    assert len(inventory((), names).uses) == 1
