"""Stripping takes what Python does not run, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.strip_source import strip

ROOT = Path(__file__).resolve().parents[2]


def test_comments_go_and_lines_stay() -> None:
    source = "# top\nx = 1  # one\n# own line\ny = '# no comment'\n"
    assert strip(source) == "\nx = 1\n\ny = '# no comment'\n"


def test_docstrings_go_and_lines_stay() -> None:
    source = '"""Doc."""\n\n\ndef f():\n    """Doc.\n\n    More.\n    """\n    return 1\n'
    assert strip(source) == "\n\n\ndef f():\n\n\n\n\n return 1\n"


def test_a_block_that_has_only_a_docstring_keeps_a_statement() -> None:
    assert strip('def f(): """Doc."""\n') == "def f(): pass\n"


def test_a_class_keeps_some_docstring_so_that_dataclasses_need_not_make_one() -> None:
    assert strip('class A:\n    """Doc.\n\n    More.\n    """\n') == 'class A:\n "-"\n'
    assert strip('class A:\n    """Doc."""\n    x = 1\n') == 'class A:\n "-"\n x = 1\n'
    assert strip("class A:\n    x = 1\n") == "class A:\n x = 1\n"


def test_strings_under_fields_go() -> None:
    assert strip('class A:\n    x: int\n    """Doc."""\n    y: int\n') == (
        "class A:\n x: int\n\n y: int\n"
    )


def test_docstrings_stay_where_they_are_asked_for() -> None:
    source = 'def f():\n    """Help text."""  # comment\n    return 1\n'
    assert strip(source, keep_docstrings=True) == 'def f():\n """Help text."""\n return 1\n'


def test_a_docstring_with_code_on_its_line_stays() -> None:
    assert strip('def f():\n    """Doc."""; return 1\n') == 'def f():\n """Doc."""; return 1\n'


def test_annotations_of_functions_go() -> None:
    source = "def f(a: int, *b: str, c: list[\n    int\n] = 1) -> dict[str, int]:\n    return a\n"
    assert strip(source) == "def f(a, *b, c\n\n= 1):\n return a\n"


def test_annotations_of_variables_go_and_those_of_fields_stay() -> None:
    source = "x: int = 1\nclass A:\n    y: int = 2\n    if x:\n        z: int = 3\n"
    assert strip(source) == source.replace("    ", " ").replace("x: int", "x")
    method = "class A:\n    def f(self):\n        self.x: int = 1\n        y: int\n"
    assert strip(method) == "class A:\n def f(self):\n  self.x = 1\n  y: int\n"


def test_an_annotation_of_several_lines_stays() -> None:
    assert strip("x: list[\n    int\n] = []\n") == "x: list[\nint\n] = []\n"


def test_indentation_shrinks_but_not_in_strings() -> None:
    source = 'if x:\n    y = (\n        1\n    )\n    z = """\n      text\n    """\n'
    assert strip(source) == 'if x:\n y = (\n1\n)\n z = """\n      text\n    """\n'


def test_text_that_is_not_ascii_is_cut_at_the_right_place() -> None:
    assert strip('x = "é" ; """ü"""\ny = "é"  # é\n') == 'x = "é" ; """ü"""\ny = "é"\n'


def test_source_that_does_not_parse_is_refused() -> None:
    with pytest.raises(SyntaxError):
        strip("def f(:\n")


def test_own_sources_keep_the_line_of_every_statement() -> None:
    for path in sorted((ROOT / "tools").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        functions = {
            (node.name, node.lineno)
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef)
        }
        stripped = ast.parse(strip(source))
        assert functions == {
            (node.name, node.lineno)
            for node in ast.walk(stripped)
            if isinstance(node, ast.FunctionDef)
        }
