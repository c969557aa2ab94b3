"""`secguard rules` and `secguard explain`, seen from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from secguard.rules import rules
from tests.acceptance.runs import Secguard, runner

ROOT = Path(__file__).parents[2]


@pytest.fixture
def secguard(capfd: pytest.CaptureFixture[str]) -> Secguard:
    return runner(capfd)


def test_every_rule_is_listed_in_every_format(secguard: Secguard) -> None:
    names = sorted(rule.id for rule in rules())
    text = secguard("rules").out.splitlines()
    assert [line.split()[0] for line in text] == ["rule", *names]
    rows = json.loads(secguard("rules", "--output-format", "json").out)
    assert [row["id"] for row in rows] == names
    assert {"severity", "confidence", "refs", "summary", "url", "family", "strict"} < set(rows[0])
    table = secguard("rules", "--output-format", "markdown").out
    assert all(f"| [`{name}`](https://" in table for name in names)


@pytest.mark.parametrize("name", [rule.id for rule in rules()])
def test_a_rule_shows_its_page(secguard: Secguard, name: str) -> None:
    page = (ROOT / "docs" / "rules" / f"{name}.md").read_text(encoding="utf-8")
    run = secguard("explain", name)
    assert run.status == 0 and run.out == page


def test_an_unknown_rule_is_told_with_the_nearest(secguard: Secguard) -> None:
    run = secguard("explain", "template-injektion")
    assert run.status == 2 and "did you mean 'template-injection'?" in run.err


def test_without_pages_the_facts_and_the_address_are_shown(tmp_path: Path) -> None:
    archive = tmp_path / "secguard.zip"
    with zipfile.ZipFile(str(archive), "w") as made:
        for path in sorted((ROOT / "python" / "secguard").rglob("*.py")):
            made.write(str(path), path.relative_to(ROOT / "python").as_posix())
    paths = [str(archive), *(one for one in sys.path if one.endswith("site-packages"))]
    code = "import sys; from secguard.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "explain", "duplicate-key"],
        env={"PYTHONPATH": os.pathsep.join(paths)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout.decode().splitlines() == [
        "duplicate-key: the same key twice in one mapping",
        "severity medium, confidence high",
        "references: CWE-694, CICD-SEC-7",
        "page: https://github.com/secguard/secguard-orb/blob/main/docs/rules/duplicate-key.md",
    ]
