"""The page about the API names every question that the code can ask."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SUFFIXES = ("/envvar", "/checkout-key", "/schedule", "/decision/settings", "/policy-bundle")
"""What is added to paths in a place of its own."""


def _asked() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "python" / "secguard").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(r"/(api/v|graphql)[\w./{}-]+\w}?", text):
                yield file.name, text


def _shape(path: str) -> str:
    return re.sub(r"\{[a-z]*\}", "{}", path)


def test_every_path_in_the_code_is_on_the_page() -> None:
    named = {_shape(path) for path in re.findall(r"`(?:[A-Z]+ )?(/[^`]+)`", PAGE)}
    asked = list(_asked())
    assert len(asked) > 25
    for file, path in asked:
        whole = {path, *(path + suffix for suffix in SUFFIXES)}
        assert {_shape(one) for one in whole} & named, f"{file}: {path}"
