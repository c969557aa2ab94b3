"""References are written anew in place, and nothing else changes: not a byte, not a meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

import pytest

from secguard.circleci.config import Config
from secguard.images.check import Images
from secguard.images.inventory import inventory
from secguard.images.lock import Entry, Lock
from secguard.images.plan import pinned
from secguard.images.rewrite import Change, Rewritten, loader, rewrite
from secguard.images.use import Use
from secguard.policy.images import ImagePolicy
from secguard.policy.read import parse_date
from secguard.source.text import TextFile
from secguard.targets import Sources, load
from tests.unit.images.checkouts import DIGEST, OTHER, job, script, write


def pin(folder: Path) -> tuple[Rewritten, list[tuple[Use, str]]]:
    """Pin everything below a folder, every image to the same digest."""
    paths = (str(folder),)

    configs = loader(paths, Sources())
    found = inventory(load(paths).configs, paths)
    today = parse_date("2026-11-22")
    assert today is not None
    lock = Lock({use.key: Entry(DIGEST) for use in found.uses if use.key})
    return pinned(Images(found.uses, ImagePolicy(), today, lock), {}, configs)


def pinned_text(tmp_path: Path, text: str, name: str = ".circleci/config.yml") -> str:
    write(tmp_path, {name: text})
    rewritten, _ = pin(tmp_path)
    files = {Path(uri).name: after.text for uri, (_, after) in rewritten.files.items()}
    return files.get(Path(name).name, text)


ONE = "docker:\n  - image: cimg/node:22.1\nsteps: [checkout]"


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("cimg/node:22.1 # why", f"cimg/node:22.1@{DIGEST} # why"),
        ("'cimg/node:22.1'", f"'cimg/node:22.1@{DIGEST}'"),
        ('"cimg/node:22.1"', f'"cimg/node:22.1@{DIGEST}"'),
        ("&node cimg/node:22.1", f"&node cimg/node:22.1@{DIGEST}"),
        ("!!str cimg/node:22.1", f"!!str cimg/node:22.1@{DIGEST}"),
        ("cimg/node", f"cimg/node:latest@{DIGEST}"),
        (">-\n          cimg/node:22.1", f">-\n          cimg/node:22.1@{DIGEST}"),
        (f"cimg/node:22.1@{OTHER}", f"cimg/node:22.1@{OTHER}"),
        ('"\\u0063img/node:22.1"', '"\\u0063img/node:22.1"'),
        ("<< pipeline.parameters.x >>", "<< pipeline.parameters.x >>"),
        ("cimg/node:<< pipeline.parameters.x >>", "cimg/node:<< pipeline.parameters.x >>"),
    ],
)
def test_a_digest_is_added_in_the_style_that_is_there(
    tmp_path: Path, image: str, expected: str
) -> None:
    parameters = "parameters: {x: {type: string}}\n"
    text = job(ONE.replace("cimg/node:22.1", "IMAGE"), parameters)
    assert pinned_text(tmp_path, text.replace("IMAGE", image)) == text.replace("IMAGE", expected)


def test_an_alias_is_written_once(tmp_path: Path) -> None:
    text = """version: 2.1
x: &image {image: cimg/node:22.1}
jobs:
  a: {docker: [*image], steps: [checkout]}
  b: {docker: [*image], steps: [checkout]}
workflows: {w: {jobs: [a, b]}}
"""
    assert pinned_text(tmp_path, text) == text.replace("22.1", f"22.1@{DIGEST}")


def test_line_ends_and_other_scripts_are_kept(tmp_path: Path) -> None:
    text = job("# caf\u00e9 \U0001f600\n" + ONE).replace("\n", "\r\n")
    assert pinned_text(tmp_path, text) == text.replace("22.1", f"22.1@{DIGEST}")


def test_a_parameter_that_is_only_an_image_is_pinned(tmp_path: Path) -> None:
    parameters = "parameters: {x: {type: string, default: cimg/node:22.1}}\n"
    text = job(ONE.replace("cimg/node:22.1", "<< pipeline.parameters.x >>"), parameters)
    assert pinned_text(tmp_path, text) == text.replace("22.1", f"22.1@{DIGEST}")


@pytest.mark.parametrize(
    "extra",
    [
        "environment: {IMAGE: << pipeline.parameters.x >>}\n",
        "working_directory: ~/<< pipeline.parameters.x >>\n",
        "shell: << pipeline.parameters.x >>\n",
    ],
)
def test_a_parameter_that_is_something_else_as_well_is_left(tmp_path: Path, extra: str) -> None:
    parameters = "parameters: {x: {type: string, default: cimg/node:22.1}}\n"
    body = f"{extra}docker:\n  - image: << pipeline.parameters.x >>\nsteps: [checkout]"
    text = job(body, parameters)
    assert pinned_text(tmp_path, text) == text
    _, left = pin(tmp_path)
    assert [why for _, why in left] == ["would change something else as well"]


def test_a_parameter_that_a_script_prints_is_left(tmp_path: Path) -> None:
    parameters = "parameters: {x: {type: string, default: cimg/node:22.1}}\n"
    body = ONE.replace("cimg/node:22.1", "<< pipeline.parameters.x >>")
    text = job(body.replace("checkout", "run: echo << pipeline.parameters.x >>"), parameters)
    assert pinned_text(tmp_path, text) == text


def test_a_matrix_that_names_jobs_is_left_and_the_others_are_not(tmp_path: Path) -> None:
    text = """version: 2.1
jobs:
  build:
    parameters: {image: {type: string}}
    docker: [{image: << parameters.image >>}, {image: redis:7}]
    steps: [checkout]
workflows: {w: {jobs: [build: {matrix: {parameters: {image: ["a/b:1", "a/b:2"]}}}]}}
"""
    assert pinned_text(tmp_path, text) == text.replace("redis:7", f"redis:7@{DIGEST}")


def test_what_is_left_is_found_without_many_expansions(tmp_path: Path) -> None:
    values = ", ".join(f"'a/b:{number}'" for number in range(40))
    text = f"""version: 2.1
jobs:
  build:
    parameters: {{image: {{type: string}}}}
    docker: [{{image: << parameters.image >>}}, {{image: redis:7}}]
    steps: [checkout]
  same: {{docker: [{{image: "a/b:1"}}], steps: [checkout]}}
workflows:
  w: {{jobs: [same, build: {{matrix: {{parameters: {{image: [{values}]}}}}}}]}}
"""
    write(tmp_path, {".circleci/config.yml": text})
    expanded = []
    paths = (str(tmp_path),)
    configs = loader(paths, Sources())

    def counting(texts: Mapping[str, TextFile]) -> Sequence[Config]:
        expanded.append(texts)
        return configs(texts)

    found = inventory(load(paths).configs, paths)
    changes = [Change(use, f"{use.text}@{DIGEST}") for use in found.uses if use.site is not None]
    result = rewrite(changes, counting)
    assert sorted(one.old for one in result.applied) == ["a/b:1", "redis:7"]
    assert len(result.refused) == 40
    assert len(expanded) <= 4


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("docker run --rm alpine:3 ls", f"docker run --rm alpine:3@{DIGEST} ls"),
        ("sh -c 'docker pull \"alpine:3\"'", f"sh -c 'docker pull \"alpine:3@{DIGEST}\"'"),
        ("docker pull alpine:3; echo alpine:3", f"docker pull alpine:3@{DIGEST}; echo alpine:3"),
        ("docker pull $IMAGE", "docker pull $IMAGE"),
        ("docker build -t a:1 . && docker run a:1", "docker build -t a:1 . && docker run a:1"),
    ],
)
def test_images_of_scripts_are_pinned(tmp_path: Path, command: str, expected: str) -> None:
    assert pinned_text(tmp_path, script(command)) == script(expected)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "# syntax=a/b:1\r\nFROM --platform=x a:1 AS b # no comment\r\nFROM b\r\n"),
        ("Dockerfile", "ARG I=a:1\nFROM $I\nCOPY --from=b:1 / /\nRUN --mount=from=c:1 ls\n"),
        ("compose.yml", "services:\n  a:\n    image: b:1 # why\n  c: {image: '${X:-y}:1'}\n"),
    ],
)
def test_dockerfiles_and_compose_files_are_pinned(tmp_path: Path, name: str, text: str) -> None:
    done = pinned_text(tmp_path, text, name)
    assert done.replace(f"@{DIGEST}", "") == text
    assert done.count(DIGEST) == {"Dockerfile": 2, "compose.yml": 1}[name]
    assert pinned_text(tmp_path, done, name) == done


def test_an_image_of_a_registry_orb_is_not_touched(tmp_path: Path) -> None:
    text = job(ONE, "orbs: {node: circleci/node@5.0.0}\n").replace("[checkout]", "[node/install]")
    assert pinned_text(tmp_path, text).count(DIGEST) == 1
