"""Every fixer gives the patch it should, changes nothing else, and has nothing left to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from secguard import engine
from secguard.examine import examine
from secguard.finding import Finding
from secguard.fix import run
from secguard.fix.patch import patch
from secguard.fix.rules import FIXERS
from secguard.policy import Policy
from secguard.rules import names, rules
from secguard.settings import Settings
from secguard.source.text import TextFile
from secguard.targets import Loaded, Sources, load
from secguard.triage import Grounds, triage

CASES = sorted((Path(__file__).parent / "fixes").glob("*-*/*.yml"))
GROUNDS = Grounds(Policy(), date(2026, 6, 1), names())
ORBS = Path(__file__).parent / "fixes" / "orbs"


def corrected(path: Path, text: str, unsafe: bool) -> run.Fixed:
    """Correct one config, whatever text stands in its file."""
    start = TextFile(path.name, text)

    def read(texts: Any) -> Loaded:
        return load((path.name,), Sources(edited=texts or {path.name: start}))

    wanted = rules("config")

    def find(loaded: Loaded) -> tuple[Finding, ...]:
        found = examine(loaded, GROUNDS, wanted)
        kept = triage(found.findings, GROUNDS, wanted).findings
        rule = path.parent.name
        return tuple(
            one for one in engine.report((), kept, (), (), Settings()).findings if one.rule == rule
        )

    return run.fix(read, find, run.Wishes(unsafe, ("SHA256:one", "SHA256:two"), ORBS))


def _case(path: Path, text: str) -> run.Fixed:
    return corrected(path, text, path.stem == "unsafe")


@pytest.fixture(autouse=True)
def _in_the_folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = getattr(request.node, "callspec", None)
    if spec is not None:
        monkeypatch.chdir(spec.params["path"].parent)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_fix_gives_its_patch(path: Path, request: pytest.FixtureRequest) -> None:
    fixed = _case(path, path.read_text(encoding="utf-8"))
    assert not fixed.refused
    written = "".join(patch(*files) for files in fixed.files.values())
    expected = path.with_suffix(".patch")
    if request.config.getoption("--update-golden"):
        expected.write_text(written, encoding="utf-8")
    assert written == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_fixing_again_changes_nothing(path: Path) -> None:
    fixed = _case(path, path.read_text(encoding="utf-8"))
    for _, after in fixed.files.values():
        assert not _case(path, after.text).files


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_windows_line_ends_stay(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plain, crlf = _case(path, text), _case(path, text.replace("\n", "\r\n"))
    assert [after.text.replace("\n", "\r\n") for _, after in plain.files.values()] == [
        after.text for _, after in crlf.files.values()
    ]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_only_unsafe_fixes_wait_for_being_asked(path: Path) -> None:
    fixed = corrected(path, path.read_text(encoding="utf-8"), unsafe=False)
    assert bool(fixed.unsafe) == (path.stem == "unsafe")
    if path.stem in ("unsafe", "none"):
        assert not fixed.files


def test_every_fixer_has_cases_and_belongs_to_a_rule() -> None:
    assert {path.parent.name for path in CASES} == set(FIXERS) <= set(names())


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_other_readers_of_yaml_read_it(path: Path) -> None:
    for before, after in _case(path, path.read_text(encoding="utf-8")).files.values():
        old, new = (yaml.safe_load(file.text) for file in (before, after))
        assert set(old) == set(new) and old["workflows"] == new["workflows"]
