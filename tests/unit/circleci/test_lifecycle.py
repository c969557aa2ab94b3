from __future__ import annotations

import json
from pathlib import Path

import pytest

from secguard.circleci.lifecycle import (
    CONVENIENCE,
    machine_image,
    release,
    remote_docker,
    xcode,
)

FACTS = Path(__file__).resolve().parents[4] / "shared" / "data" / "circleci-images.json"


@pytest.mark.parametrize(
    ("image", "gone"),
    [
        ("circleci/classic:201711-01", True),
        ("circleci/classic", True),
        ("ubuntu-1604:201903-01", True),
        ("ubuntu-2004:current", True),
        ("android:2023.11.1", True),
        ("linux-cuda-11:default", False),
        ("windows-server-2019-vs2019:stable", False),
        ("windows-server-2019-nvidia:stable", False),
        ("ubuntu-2204:2022.07.1", False),
        ("ubuntu-2204:2024.04.4", False),
    ],
)
def test_an_ended_machine_image_is_known(image: str, gone: bool) -> None:
    ended = machine_image(image)
    assert ended is not None
    assert ended.gone is gone
    assert ended.instead and machine_image(ended.instead) is None


@pytest.mark.parametrize(
    "image",
    [
        "ubuntu-2204:current",
        "ubuntu-2204:2024.11.1",
        "ubuntu-2404:2027.01.1",
        "ubuntu-2604:edge",
        "windows-server-2022-gui:current",
        "default",
        "windows-default",
        "somebody-elses:2019.01.1",
        "",
    ],
)
def test_a_living_or_unknown_machine_image_is_left_alone(image: str) -> None:
    assert machine_image(image) is None


@pytest.mark.parametrize(
    ("version", "instead"),
    [
        ("9.0", "15.4.0"),
        ("14.3.1", "15.4.0"),
        ("16.3.0", "16.4.0"),
        ("26.3", "26.4.1"),
        ("13", "15.4.0"),
    ],
)
def test_an_xcode_that_is_gone_has_a_next_one(version: str, instead: str) -> None:
    ended = xcode(version)
    assert ended is not None and ended.gone
    assert ended.instead == instead


@pytest.mark.parametrize("version", ["16.4.0", "16.4", "26.6.1", "27.0.0", "27.3", "28", "26", "x"])
def test_an_xcode_that_is_there_or_newer_is_fine(version: str) -> None:
    assert xcode(version) is None


@pytest.mark.parametrize(
    ("version", "gone"),
    [
        ("17.09.0-ce", True),
        ("19.03.13", True),
        ("20.10.14", True),
        ("docker24", True),
        ("20.10.24", False),
        ("docker26", False),
    ],
)
def test_an_old_remote_docker_is_known(version: str, gone: bool) -> None:
    ended = remote_docker(version)
    assert ended is not None and ended.gone is gone


@pytest.mark.parametrize("version", ["default", "edge", "previous", "docker28", "docker29", ""])
def test_a_living_or_unknown_remote_docker_is_left_alone(version: str) -> None:
    assert remote_docker(version) is None


def test_dates_are_read_in_both_forms() -> None:
    assert release("2024.11.1") < release("2025.01.1")
    assert release("202111-02") == (2021, 11, 2)
    assert release("current") == ()


def test_the_tables_agree_with_the_collected_facts() -> None:
    if not FACTS.is_file():
        pytest.skip("the collected facts are not here")
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    for family, entry in facts["machine_families"].items():
        ended = machine_image(f"{family}:current")
        expected = {"removed": True, "supported": None, "alias": None}.get(entry["status"], False)
        if family != "ubuntu-2004":
            assert (ended.gone if ended else None) is expected, family
    assert facts["legacy_circleci"]["map"] == CONVENIENCE
    for image in facts["machine_tags_removed"]["tags"]:
        ended = machine_image(image)
        assert ended is not None and ended.gone
    for name in facts["legacy_circleci"]["map"].values():
        assert name.partition("/")[2] not in facts["cimg"]["never_existed"]
