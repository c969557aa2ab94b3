"""Pins every image of many real configs, and holds each result to what was there before."""

from __future__ import annotations

from pathlib import Path

import pytest

from secguard.circleci.compiled import compiled
from secguard.circleci.config import Config
from secguard.targets import load
from tests.unit.images.checkouts import DIGEST
from tests.unit.images.test_rewrite import pin

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
EACH = 45
"""One in so many configs is enough for every run; all of them have been run."""


def plain(text: str) -> str:
    return text.replace(f"@{DIGEST}", "").replace(":latest", "")


def meaning(config: Config) -> str:
    return plain(str(compiled(config.expansion)))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real configs is not here")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yml"))[::EACH], ids=lambda path: path.stem)
def test_nothing_but_digests_changes(path: Path, tmp_path: Path) -> None:
    text = path.read_bytes()
    target = tmp_path / ".circleci" / "config.yml"
    target.parent.mkdir()
    target.write_bytes(text)
    before = load((str(tmp_path),)).configs
    rewritten, _ = pin(tmp_path)
    for old, new in rewritten.files.values():
        assert plain(old.text) == plain(new.text)
        target.write_bytes(new.text.encode())
    after = load((str(tmp_path),)).configs
    assert list(map(meaning, before)) == list(map(meaning, after))
    again, _ = pin(tmp_path)
    assert not again.files
