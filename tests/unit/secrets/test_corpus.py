from __future__ import annotations

import re
from pathlib import Path

import pytest

from secguard.secrets.literals import judge_literal
from secguard.secrets.scan import find

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
_ASSIGNMENT = re.compile(
    r"^[ \t]*-?[ \t]*[\"']?([A-Za-z_][\w.-]*)[\"']?[ \t]*[:=][ \t]*(.+)$", re.MULTILINE
)


def configs() -> list[Path]:
    files = sorted(CORPUS.glob("*.yml"))
    if not files:
        pytest.skip("the corpus of real configurations is not here")
    return files


def test_no_real_configuration_holds_a_known_format() -> None:
    found = [
        f"{path.name}:{text.count(chr(10), 0, match.start) + 1} {match.format.id}"
        for path in configs()
        for text in [path.read_text(encoding="utf-8", errors="replace")]
        for match in find(text)
    ]
    assert found == []


def test_real_configurations_hold_passwords_of_local_services_only() -> None:
    judged = {
        literal.kind
        for path in configs()
        for name, value in _ASSIGNMENT.findall(path.read_text(encoding="utf-8", errors="replace"))
        for literal in [None if value.startswith("&") else judge_literal(name, value)]
        if literal is not None
    }
    assert judged == {"local"}
