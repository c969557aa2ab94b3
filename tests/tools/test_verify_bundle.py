"""A packed orb that does not carry what this tree builds is told apart."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tools import build_bundle, pack_orb
from tools.build_bundle import Bundle
from tools.verify_bundle import carried, differences


@pytest.fixture(scope="module")
def bundles() -> dict[str, Bundle]:
    return build_bundle.build()


@pytest.fixture(scope="module")
def staged(bundles: dict[str, Bundle], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify") / "staged"
    pack_orb.stage(bundles, folder)
    return folder


@pytest.fixture
def orb(staged: Path) -> dict[str, Any]:
    return pack_orb.pack(staged)


def test_what_was_just_packed_is_right(
    orb: dict[str, Any], staged: Path, bundles: dict[str, Bundle]
) -> None:
    assert list(differences(orb, staged, bundles)) == []


@pytest.mark.parametrize("purpose", list(build_bundle.PURPOSES))
def test_a_changed_word_is_found(
    purpose: str, orb: dict[str, Any], staged: Path, bundles: dict[str, Bundle]
) -> None:
    files = build_bundle.decode(bundles[purpose].encoded)
    files["secguard/errors.py"] += "# one more word\n"
    given = dict(carried(orb))[purpose]
    for number, chunk in enumerate(build_bundle.bundle(files).chunks):
        given[f"SECGUARD_BUNDLE_{number}"] = chunk
    found = list(differences(orb, staged, bundles))
    assert found == [f"{purpose}: secguard/errors.py differs"]


def test_another_digest_is_found(
    orb: dict[str, Any], staged: Path, bundles: dict[str, Bundle]
) -> None:
    orb = copy.deepcopy(orb)
    orb["commands"]["check"]["steps"][0]["run"]["environment"]["SECGUARD_SHA256"] = "0" * 64
    assert "the orb differs outside the bundles" in list(differences(orb, staged, bundles))


def test_another_script_is_found(
    orb: dict[str, Any], staged: Path, bundles: dict[str, Bundle]
) -> None:
    orb["commands"]["check"]["steps"][0]["run"]["command"] += "curl example.com\n"
    assert list(differences(orb, staged, bundles)) == ["the orb differs outside the bundles"]


def test_chunks_that_cannot_be_read_are_found(
    orb: dict[str, Any], staged: Path, bundles: dict[str, Bundle]
) -> None:
    dict(carried(orb))["env"]["SECGUARD_BUNDLE_0"] = "?"
    (found,) = differences(orb, staged, bundles)
    assert found.startswith("env: the chunks cannot be decoded")
