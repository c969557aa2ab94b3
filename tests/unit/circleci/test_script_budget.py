"""The scripts of one config are read up to a limit; the rest is named as not read."""

from __future__ import annotations

from pathlib import Path

from secguard.circleci.script import MAX_TEXT
from secguard.targets import load


def test_scripts_over_the_limit_are_a_problem(tmp_path: Path) -> None:
    line = "echo " + "x" * 9_000
    steps = "".join(f"      - run: {line}{number}\n" for number in range(MAX_TEXT // 9_000 + 2))
    path = tmp_path / "config.yml"
    path.write_text(
        "version: 2.1\njobs:\n  build:\n    docker: [{image: a}]\n    steps:\n" + steps,
        encoding="utf-8",
    )
    problems = load((str(path),)).problems
    assert problems
    assert all("not read to its end" in problem.message for problem in problems)
