"""What a command can come to is found, and nothing else is."""

from __future__ import annotations

import ast
from typing import Mapping

import pytest

from tools.closure import closure, imports

START = {
    "__main__.py": "from secguard.cli import main\n",
    "secguard/__main__.py": "from secguard.cli import main\n",
    "secguard/__init__.py": "",
    "secguard/cli/__init__.py": 'import_module(f"secguard.cli.{name}")\n',
    "secguard/cli/one.py": "",
    "secguard/cli/two.py": "",
}
ALWAYS = {"__init__", "__main__", "cli/__init__"}
OTHERS = {
    "secguard/a/__init__.py": "",
    "secguard/a/b.py": "",
    "secguard/a/c.py": "import secguard.d",
    "secguard/d.py": "",
}


def found(one: str = "", *commands: str, others: Mapping[str, str] = OTHERS) -> set[str]:
    """Give what a closure has besides what each has, where the command `one` has this source."""
    sources = {**START, **others, "secguard/cli/one.py": one}
    names = closure(sources, commands or ("one",)) - {"__main__.py"}
    return {name[len("secguard/") : -len(".py")] for name in names} - ALWAYS


def test_only_the_commands_that_are_asked_for_are_taken() -> None:
    assert found() == {"cli/one"}
    assert found("", "one", "two") == {"cli/one", "cli/two"}
    with pytest.raises(ValueError, match=r"no module secguard\.cli\.three"):
        found("", "three")


@pytest.mark.parametrize(
    "text",
    [
        "import secguard.a.b",
        "from secguard.a import b",
        "from secguard.a.b import name as other",
        "def later():\n    with x:\n        import secguard.a.b",
        "class C:\n    if y:\n        from secguard.a.b import (\n            name,\n        )",
        "try:\n    from secguard.a.b import name\nfinally:\n    pass",
        "try:\n    x()\nexcept ImportError:\n    from secguard.a import b",
        "try:\n    import lzma\nexcept ImportError:\n    pass\nelse:\n    from secguard.a import b",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import secguard.a.b",
        "import_module('secguard.a.b')",
        "x = import_module(f'secguard.a.b{name}').render(y)",
    ],
)
def test_an_import_is_followed_wherever_it_is(text: str) -> None:
    assert found(text) == {"cli/one", "a/__init__", "a/b"}


@pytest.mark.parametrize(
    "text",
    [
        "if TYPE_CHECKING:\n    import secguard.a",
        "if t.TYPE_CHECKING:\n    import secguard.a",
        "try:\n    import secguard.a\nexcept ModuleNotFoundError:\n    pass",
        "'import secguard.a'",
    ],
)
def test_what_need_not_be_there_is_not_taken(text: str) -> None:
    assert found(text) == {"cli/one"}


def test_imports_are_followed_in_circles() -> None:
    others = {**OTHERS, "secguard/d.py": "import secguard.a.c"}
    assert found("import secguard.d", others=others) == {"cli/one", "a/__init__", "a/c", "d"}


def test_relative_imports_are_read_from_where_they_are() -> None:
    text = "from . import a\nfrom .b import c\nfrom .. import d\nfrom ..e import f"
    told = "x.y x.y.a x.y.b x.y.b.c x x.d x.e x.e.f".split()
    assert list(imports(ast.parse(text), "x.y")) == told


def test_an_import_that_cannot_be_told_is_refused() -> None:
    for text in ("import_module(name)", "import_module(f'{name}.x')"):
        with pytest.raises(ValueError, match="cannot tell"):
            found(text)


RULES = {
    "secguard/rules/__init__.py": "ALL = ('a', *more)\nSOME = ('b',)\n"
    "import_module(f'secguard.rules.{family}.{name}')",
    **{f"secguard/rules/x/{name}.py": "" for name in ("__init__", "a", "b", "_private")},
    **{f"secguard/rules/y/{name}.py": "" for name in ("__init__", "a")},
}


@pytest.mark.parametrize(
    ("call", "rules"),
    [
        ("rules('x')", {"x/a", "x/b"}),
        ("rules('x', 'y')", {"x/a", "x/b", "y/a"}),
        ("rules('x', only=SOME)", {"x/b"}),
        ("rules('x', only=MINE)", {"x/a"}),
        ("rules('x', only=some())", {"x/a", "x/b"}),
        ("rules('x', only=given)", {"x/a", "x/b"}),
        ("rules()", {"x/a", "x/b", "y/a"}),
        ("rules(name)", {"x/a", "x/b", "y/a"}),
        ("names()", set()),
    ],
)
def test_rules_are_taken_by_family(call: str, rules: set[str]) -> None:
    one = (
        f"MINE = ('a',)\ndef run():\n    from secguard.rules import names, rules, SOME\n    {call}"
    )
    told = {name for name in found(one, others=RULES) if not name.endswith("__init__")}
    assert told == {"cli/one", *(f"rules/{name}" for name in rules)}
