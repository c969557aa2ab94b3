"""The packed orb finds nothing to say about this project's own pipeline, nor about itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.pack_orb import ROOT
from tools.run_orb import run_check
from tools.runner.machine import Machine

CONFIGS = sorted((ROOT / ".circleci").glob("*.yml"))


@pytest.mark.parametrize("path", ["", ".circleci", "src/orb"])
def test_this_project_passes(path: str, orb: dict[str, Any], tmp_path: Path) -> None:
    given = {"path": path, "report_dir": ""}
    result = run_check(orb, ROOT, given, Machine(tmp_path / "machine"))
    assert result.ok, result.failed


def test_the_staged_orb_passes(orb: dict[str, Any], staged: Path, tmp_path: Path) -> None:
    given = {"path": ".", "report_dir": ""}
    result = run_check(orb, staged, given, Machine(tmp_path / "machine"))
    assert result.ok, result.failed


def test_what_is_wrong_is_found(orb: dict[str, Any], tmp_path: Path) -> None:
    given = {"path": ".", "report_dir": ""}
    result = run_check(orb, ROOT / "examples" / "webshop", given, Machine(tmp_path / "machine"))
    assert [step.exit_status for step in result.failed] == [1], result.failed


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_every_orb_has_an_exact_version(path: Path) -> None:
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    for reference in config["orbs"].values():
        assert reference == {} or re.fullmatch(r"[\w/-]+@\d+\.\d+\.\d+", reference)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_contexts_are_for_releases_only(path: Path) -> None:
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    for workflow in config["workflows"].values():
        for entry in workflow["jobs"]:
            for invocation in entry.values() if isinstance(entry, dict) else ():
                if "context" in invocation:
                    assert invocation["filters"]["branches"] == {"ignore": "/.*/"}
                    assert invocation["filters"]["tags"]["only"].startswith("/^v")


def test_every_supported_python_is_tested() -> None:
    config = yaml.safe_load((ROOT / ".circleci" / "config.yml").read_text(encoding="utf-8"))
    (matrix,) = [
        entry["test"]["matrix"]
        for entry in config["workflows"]["main"]["jobs"]
        if isinstance(entry, dict) and "test" in entry
    ]
    minors = [tag.rpartition(".")[0] for tag in matrix["parameters"]["tag"]]
    assert minors == ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
