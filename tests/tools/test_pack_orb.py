"""Packing gives what `circleci orb pack` gives."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import build_bundle, pack_orb
from tools.build_bundle import CHUNK_LIMIT, PURPOSES, Bundle
from tools.verify_bundle import without_chunks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small orb that uses everything the packer knows."""
    files = {
        "@orb.yml": "version: 2.1\ndescription: A small orb.\n",
        "more.yaml": "display:\n  home_url: https://example.com\n",
        ".hidden.yml": "jobs: {hidden: {}}\n",
        "commands/greet.yml": "steps:\n  - run:\n      command: <<include(scripts/greet.sh)>>\n",
        "commands/deep/down.yml": "steps:\n  - run: 'before <<include(scripts/one.txt)>> after'\n",
        "commands/@shared.yml": "both: {steps: [checkout]}\n",
        "examples/one.yml": "description: <<include(scripts/one.txt)>>\nusage: {workflows: {}}\n",
        "jobs/flags.yml": "steps: [checkout]\nparallelism: 2\nenvironment: {A: true, B: 'no'}\n",
        "scripts/greet.sh": "cat <<EOF\nhello\nEOF\n",
        "scripts/one.txt": "one",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_files_and_folders_become_keys(folder: Path) -> None:
    orb = pack_orb.pack(folder)
    assert set(orb) == {"version", "description", "display", "commands", "examples", "jobs"}
    assert set(orb["commands"]) == {"greet", "down", "both"}
    assert orb["jobs"]["flags"]["environment"] == {"A": True, "B": "no"}


def test_includes_are_escaped_and_only_where_code_is(folder: Path) -> None:
    orb = pack_orb.pack(folder)
    assert orb["commands"]["greet"]["steps"][0]["run"]["command"] == "cat \\<<EOF\nhello\nEOF\n"
    assert orb["commands"]["down"]["steps"][0]["run"] == "before one after"
    assert orb["examples"]["one"]["description"] == "<<include(scripts/one.txt)>>"


def test_an_include_that_is_not_there_fails(folder: Path) -> None:
    (folder / "scripts" / "one.txt").unlink()
    with pytest.raises(FileNotFoundError):
        pack_orb.pack(folder)


def test_staging_fills_in_the_bundles_and_changes_nothing_else(tmp_path: Path) -> None:
    bundles = {
        purpose: Bundle(purpose.encode(), purpose[0] * (CHUNK_LIMIT + 1)) for purpose in PURPOSES
    }
    pack_orb.stage(bundles, tmp_path / "staged")
    staged, plain = pack_orb.pack(tmp_path / "staged"), pack_orb.pack(pack_orb.SOURCES)
    steps = plain["commands"].pop("install")["steps"]
    carried = staged["commands"].pop("install")["steps"]
    for (purpose, bundle), before, after in zip(bundles.items(), steps, carried):
        assert before["when"]["condition"] == {"equal": [purpose, "<< parameters.for >>"]}
        expected = before["when"]["steps"][0]["run"]["environment"]
        assert expected["SECGUARD_COMMANDS"] == " ".join(PURPOSES[purpose])
        expected["SECGUARD_SHA256"] = bundle.digest
        full = purpose[0] * CHUNK_LIMIT
        expected.update({"SECGUARD_BUNDLE_0": full, "SECGUARD_BUNDLE_1": purpose[0]})
        assert before == after
    assert len(steps) == len(carried) == len(PURPOSES)
    for command in plain["commands"].values():
        expected = command["steps"][0]["run"].get("environment", {})
        if "SECGUARD_SHA256" in expected:
            able = [one for one in PURPOSES if expected["SECGUARD_COMMAND"] in PURPOSES[one]]
            digests = [f"{purpose}={bundles[purpose].digest}" for purpose in able]
            assert digests
            expected["SECGUARD_SHA256"] = " ".join(digests)
    assert staged == plain


def test_install_offers_what_there_are_bundles_for() -> None:
    offered = pack_orb.pack(pack_orb.SOURCES)["commands"]["install"]["parameters"]["for"]
    assert offered["enum"] == list(PURPOSES)
    assert offered["default"] == "check"


def test_what_is_written_reads_the_same(folder: Path) -> None:
    orb = pack_orb.pack(folder)
    assert yaml.safe_load(pack_orb.dump(orb)) == orb


def circleci_cli() -> str:
    built = pack_orb.ROOT / "build" / "bin" / "circleci"
    found = str(built) if built.is_file() else shutil.which("circleci")
    if not found:
        pytest.skip("needs the CircleCI CLI: `make cli` builds it, with Go")
    return found


def packed_by_circleci(folder: Path) -> Any:
    command = [circleci_cli(), "orb", "pack", "--skip-update-check", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return yaml.safe_load(done.stdout)


def test_the_cli_packs_a_small_orb_alike(folder: Path) -> None:
    # The CLI of this version takes no include inside other text.
    (folder / "commands" / "deep" / "down.yml").unlink()
    assert without_chunks(packed_by_circleci(folder)) == without_chunks(pack_orb.pack(folder))


def test_the_cli_packs_the_orb_alike(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    pack_orb.stage(build_bundle.build(), staged)
    theirs, ours = packed_by_circleci(staged), pack_orb.pack(staged)
    assert without_chunks(theirs) == without_chunks(ours)
    assert theirs["commands"] == ours["commands"]
