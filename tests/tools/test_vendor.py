"""What is left out of the third-party packages is never asked for."""

from __future__ import annotations

import ast
import builtins
from pathlib import Path
from typing import Iterator

import pytest

from tools import build_bundle, vendor

# Only deprecated commands, tuples as types and functions as types come to these.
NEVER = {
    ("click/core.py", "style"),
    ("click/types.py", "Tuple"),
    ("click/types.py", "FuncParamType"),
}


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    build_bundle.members()
    return vendor.sources(build_bundle.LOCK, build_bundle.WHEELS)


def loaded(tree: ast.AST) -> set[str]:
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def test_every_name_is_one_that_is_left(sources: dict[str, str]) -> None:
    missing = set()
    files = build_bundle.members()
    for name in sources:
        tree = ast.parse(files[name])
        others = {"*"} & set(bound(tree))
        here = {*bound(tree), *dir(builtins), "__file__", "__name__"}
        if others:
            here.update(
                *(bound(ast.parse(sources[other])) for other in sources if other[:4] == "yaml")
            )
        missing |= {(name, one) for one in loaded(tree) - here}
    assert missing == NEVER


def test_lines_stay_where_they_are(sources: dict[str, str]) -> None:
    (click, _) = vendor.locked(build_bundle.LOCK)
    with click.read(build_bundle.WHEELS) as archive:
        for name in ("click/core.py", "click/types.py", "click/utils.py"):
            whole = archive.read(name).decode().split("\n")
            left = sources[name].split("\n")
            assert len(left) == len(whole)
            for before, after in zip(whole, left):
                assert after in (before, "") or after.strip() == "pass"


def test_a_name_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"click/parser\.py has no V, split_arg_string"):
        vendor._reached("click/parser.py", "x = 1\n")


def test_a_wheel_with_another_digest_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "click-8.1.8-py3-none-any.whl").write_bytes(b"not the locked one")
    with pytest.raises(FileNotFoundError):
        vendor.sources(build_bundle.LOCK, tmp_path)


def test_the_lock_names_one_wheel_for_each_package() -> None:
    wheels = vendor.locked(build_bundle.LOCK)
    assert [wheel.name for wheel in wheels] == ["click", "PyYAML"]
