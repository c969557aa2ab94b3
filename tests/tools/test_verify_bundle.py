"""A packed orb that does not carry what this tree builds is told apart."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tools import build_bundle, pack_orb
from tools.build_bundle import Bundle
from tools.verify_bundle import differences


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return build_bundle.build()


@pytest.fixture(scope="module")
def staged(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify") / "staged"
    pack_orb.stage(bundle, folder)
    return folder


@pytest.fixture
def orb(staged: Path) -> dict[str, Any]:
    return pack_orb.pack(staged)


def carry(orb: dict[str, Any], files: dict[str, str]) -> None:
    changed = Bundle(build_bundle.make_zip(files), build_bundle.encode(files))
    environment = orb["commands"]["install"]["steps"][0]["run"]["environment"]
    for number, chunk in enumerate(changed.chunks):
        environment[f"SECGUARD_BUNDLE_{number}"] = chunk


def test_what_was_just_packed_is_right(orb: dict[str, Any], staged: Path, bundle: Bundle) -> None:
    assert list(differences(orb, staged, bundle)) == []


def test_a_changed_word_is_found(orb: dict[str, Any], staged: Path, bundle: Bundle) -> None:
    files = build_bundle.decode(bundle.encoded)
    files["secguard/errors.py"] += "# one more word\n"
    carry(orb, files)
    found = list(differences(orb, staged, bundle))
    assert found == ["the bundle is not the one of this tree", "secguard/errors.py differs"]


def test_another_digest_is_found(orb: dict[str, Any], staged: Path, bundle: Bundle) -> None:
    orb = copy.deepcopy(orb)
    orb["commands"]["check"]["steps"][0]["run"]["environment"]["SECGUARD_SHA256"] = "0" * 64
    assert "the orb differs outside the bundle" in list(differences(orb, staged, bundle))


def test_another_script_is_found(orb: dict[str, Any], staged: Path, bundle: Bundle) -> None:
    orb["commands"]["check"]["steps"][0]["run"]["command"] += "curl example.com\n"
    assert list(differences(orb, staged, bundle)) == ["the orb differs outside the bundle"]


def test_chunks_that_cannot_be_read_are_found(
    orb: dict[str, Any], staged: Path, bundle: Bundle
) -> None:
    orb["commands"]["install"]["steps"][0]["run"]["environment"]["SECGUARD_BUNDLE_0"] = "?"
    (found,) = differences(orb, staged, bundle)
    assert found.startswith("the chunks cannot be decoded")
