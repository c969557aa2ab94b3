"""Real configs are corrected without harm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Iterator

import pytest

from secguard import engine
from secguard.circleci.compiled import compiled
from secguard.finding import Finding
from secguard.fix import run
from secguard.fix.rules import FIXERS
from secguard.rules import rules
from secguard.source.text import TextFile
from secguard.targets import Loaded, Sources, load

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
SHARE = 8
"""One of so many configs is corrected here; each takes as long as a few checks."""
MAY_CHANGE = {"command", "run", "deploy", "machine", "image", "add_ssh_keys", "fingerprints"}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of configs is not here")


def _corrected(path: Path, text: str, *wanted: str) -> run.Fixed:
    start = TextFile(str(path), text)
    chosen = tuple(rule for rule in rules("config") if rule.id in wanted)

    def read(texts: Any) -> Loaded:
        return load((str(path),), Sources(edited=texts or {start.uri: start}))

    def find(loaded: Loaded) -> list[Finding]:
        return engine.check(chosen, [(one.uri, one) for one in loaded.configs])[0]

    return run.fix(read, find, run.Wishes(True, ("SHA256:one",)))


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


def _compiled(path: Path, file: TextFile) -> Any:
    return compiled(load((str(path),), Sources(edited={file.uri: file})).configs[0].expansion)


def _leaves(data: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        if isinstance(value, (dict, list)):
            yield from _leaves(value, *path, str(key))
        else:
            yield (*path, str(key)), value


@pytest.fixture(scope="module")
def paths() -> list[Path]:
    return sorted(CORPUS.glob("*.yml"))[::SHARE]


def test_nothing_but_the_intended_keys_changes(paths: list[Path]) -> None:
    changed = 0
    for path in paths:
        for before, after in _corrected(path, _text(path), *FIXERS).files.values():
            changed += 1
            old, new = (dict(_leaves(_compiled(path, file))) for file in (before, after))
            for leaf in {*old, *new}:
                if old.get(leaf) != new.get(leaf):
                    assert MAY_CHANGE & set(leaf) or "environment" in leaf, (path, leaf)
            again = _corrected(path, after.text, *FIXERS)
            assert not again.files, path
    assert changed > 10


def test_line_ends_stay_as_they_are(paths: list[Path]) -> None:
    for path in paths[::5]:
        text = _text(path).replace("\r\n", "\n").replace("\n", "\r\n")
        for _, after in _corrected(path, text, *FIXERS).files.values():
            assert re.search(r"(?<!\r)\n", after.text) is None, path


def test_variables_stand_for_what_was_pasted() -> None:
    told = [path for path in sorted(CORPUS.glob("*.yml")) if "<< pipeline." in _text(path)]
    steps = 0
    for path in told[:: SHARE // 2]:
        for before, after in _corrected(path, _text(path), "template-injection").files.values():
            old, new = (_steps(_compiled(path, file)) for file in (before, after))
            assert len(old) == len(new)
            for (command, environment), (fixed, extended) in zip(old, new):
                added = {name: extended[name] for name in extended if name not in environment}
                known = sorted(extended, key=len, reverse=True) if command != fixed else ()
                for name in known:
                    fixed = fixed.replace(f"${{{name}}}", extended[name])
                    fixed = fixed.replace(f"${name}", extended[name])
                    command = command.replace(f"${name}", extended[name])
                assert _bare(fixed) == _bare(command), path
                steps += bool(added)
    assert steps > 3


def _steps(data: Any) -> list[tuple[str, dict[str, str]]]:
    found = []
    for job in data["jobs"].values():
        for step in job.get("steps", ()):
            body = step.get("run", {}) if isinstance(step, dict) else {}
            found.append((str(body.get("command", "")), body.get("environment") or {}))
    return found


def _bare(text: str) -> str:
    return re.sub(r"[\"'\s]", "", text)
