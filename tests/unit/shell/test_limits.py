"""Hostile text ends in a partial tree that says so, not in a crash."""

from __future__ import annotations

import pytest

from secguard.shell import parse
from secguard.shell.cursor import MAX_LENGTH

_DEEP = "nested more than 50 levels deep"
_MANY = "more than 200000 pieces"
_BROKEN = "more than 100 syntax errors"


def _repeat(unit: str, length: int = MAX_LENGTH) -> str:
    return (unit * (length // len(unit) + 1))[:length]


@pytest.mark.parametrize(
    ("unit", "incomplete"),
    [
        ("(", _MANY),
        ("( ", _DEEP),
        ("{ ", _DEEP),
        ("$(", _DEEP),
        ("${a:-", _DEEP),
        ("${a[", _DEEP),
        ('"$(', _DEEP),
        ('"${a:-', _DEEP),
        ("<(", _DEEP),
        ("if a; then ", _DEEP),
        ("if ", _DEEP),
        ("while a\ndo ", _DEEP),
        ("for a in b; do ", _DEEP),
        ("case a in b) ", _DEEP),
        ("case ", None),
        ("f() ", _DEEP),
        ("f() { ", _DEEP),
        ("function f ", _DEEP),
        ("coproc ", _DEEP),
        ("a=$(b=(", _DEEP),
        ("$((", _MANY),
        ("((1)+", _DEEP),
        ("a;", _MANY),
        ("a\n", _MANY),
        ("a ", _MANY),
        ("a|", _MANY),
        ("$a", _MANY),
        ("`a`", _MANY),
        ("sh -c 'a'\n", _MANY),
        ("cat <<E | sh\na\nE\n", _MANY),
        ('"\\\n', _MANY),
        ("\\\n", None),
        ("\\`", _MANY),
        ("\0", None),
        ("#", None),
        ("\n", None),
        ("! ", None),
        ("[[ ", _MANY),
        ("\ue000", None),
        ("<< parameters.", _MANY),
        ("<<E ", _MANY),
        ("<<E\n", _MANY),
        ("<<", None),
        ("fi\n", _BROKEN),
        (")", _BROKEN),
        (";;\n", _BROKEN),
        ("&\n", _BROKEN),
        ("esac ", _BROKEN),
        ("a>\n", _BROKEN),
        ("(\n", _DEEP),
        ("$(\n", _DEEP),
        ("${\n", _DEEP),
        ("x=(\n", _DEEP),
        ('eval "$(\n', _DEEP),
    ],
)
def test_a_megabyte_of_one_thing_ends(unit: str, incomplete: str | None) -> None:
    assert parse(_repeat(unit)).incomplete == incomplete


def test_too_long_text_is_read_up_to_the_limit() -> None:
    script = parse("a\n" + "#" * MAX_LENGTH + "\nb")
    assert [command.name for command in script.commands()] == ["a"]
    assert script.incomplete == f"longer than {MAX_LENGTH} characters"


def test_commands_before_a_limit_are_kept() -> None:
    script = parse("a; b $(c)\n" + "(" * 100)
    assert [command.name for command in script.commands()] == ["a", "b", "c"]
    assert script.incomplete == _DEEP


def test_fifty_levels_are_read() -> None:
    script = parse("(" * 49 + "a" + ")" * 49)
    assert (script.errors, script.incomplete) == ((), None)


def test_little_room_on_the_stack_is_no_crash() -> None:
    def deeper(levels: int) -> str | None:
        return deeper(levels - 1) if levels else parse('"$(' * 45).incomplete

    assert deeper(700) == "nested too deeply"


def test_questions_about_long_pipelines_look_only_near() -> None:
    commands = parse("|".join(["cat"] * 1000)).commands()
    assert len(commands[0].piped_into) == 50
    assert len(commands[-1].piped_from) == 50
    assert not commands[0].stdout_goes_to_log()
    assert commands[-1].stdout_goes_to_log()
