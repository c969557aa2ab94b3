"""Commands in strings for another shell are found, at their own places."""

from __future__ import annotations

import pytest

from secguard.shell import parse


@pytest.mark.parametrize(
    ("text", "kind", "raws"),
    [
        ("sh -c 'a b; c'", "sh -c", ["a b", "c"]),
        ('bash -c "a b && c"', "sh -c", ["a b", "c"]),
        (r'bash -ec "a \"b c\" \$d"', "sh -c", [r"a \"b c\" \$d"]),
        ("bash -eo pipefail -c 'a'", "sh -c", ["a"]),
        ("bash --login -c 'a' x y", "sh -c", ["a"]),
        ("/bin/sh -c a", "sh -c", ["a"]),
        ("sudo -E bash -c 'a > b'", "sh -c", ["a > b"]),
        ("docker run --rm img bash -c 'a'", "sh -c", ["a"]),
        ("docker exec x sh -c \"a 'b c'\"", "sh -c", ["a 'b c'"]),
        ("xargs -I{} sh -c 'a {}'", "sh -c", ["a {}"]),
        ("su - user -c 'a b'", "sh -c", ["a b"]),
        ("su -c 'a' user", "sh -c", ["a"]),
        ("nix-shell --run 'a b'", "sh -c", ["a b"]),
        ("bash <<< 'a b'", "sh -c", ["a b"]),
        ("sh -c 'if a; then b; fi'", "sh -c", ["a", "b"]),
        ("sh -c \"a 'b'\"'; c'\" d\"", "sh -c", ["a 'b'", "c'\" d"]),
        ("sh -c $'a b'", "sh -c", ["a b"]),
        ("sh -c 'a\nb'", "sh -c", ["a", "b"]),
        ("eval a b", "eval", ["a b"]),
        ("eval 'a b;' c", "eval", ["a b", "c"]),
        ('eval "a $(b)"', "eval", ["a $(b)"]),
        ("trap 'a b' EXIT", "trap", ["a b"]),
        ("ssh host a b", "ssh", ["a b"]),
        ("ssh -o X=y -p 22 u@h 'a; b'", "ssh", ["a", "b"]),
        ("ssh -oStrictHostKeyChecking=no -tt -vp 22 h a b", "ssh", ["a b"]),
        ('ssh "$H" "a && b"', "ssh", ["a", "b"]),
        (r"ssh h a \> b", "ssh", [r"a \> b"]),
        ("ssh h a \\\n b", "ssh", ["a \\\n b"]),
        ("bash <<E\na b\nc\nE", "heredoc", ["a b", "c"]),
        ("bash -s -- x <<'E'\na $b\nE", "heredoc", ["a $b"]),
        ("sudo bash -x <<E\na \\$b\nE", "heredoc", ["a \\$b"]),
        ("ssh host <<E\na\nE", "heredoc", ["a"]),
        ("ssh host 'bash -s' <<-E\n\ta\n\tE", "heredoc", ["a"]),
        ("docker exec -i x bash <<E\na\nE", "heredoc", ["a"]),
        ("su - user <<E\na\nE", "heredoc", ["a"]),
        ("cat <<E | bash\na\nE", "heredoc", ["a"]),
        ("cat <<E | ssh host\na\nE", "heredoc", ["a"]),
    ],
)
def test_commands_for_another_shell(text: str, kind: str, raws: list[str]) -> None:
    script = parse(text)
    assert script.errors == ()
    found = [command for command in script.commands() if command.nested == kind]
    assert [command.raw for command in found] == raws


@pytest.mark.parametrize(
    "text",
    [
        "echo sh -c 'a b'",
        "sh script.sh <<E\na\nE",
        "cat <<E\na\nE",
        "cat <<E | sh script\na\nE",
        "ssh host 'cat > f.sh' <<E\na\nE",
        "trap - EXIT",
        "trap",
        "sh -c",
        "ssh host",
        "bash script.sh -c 'a'",
        "git commit -c 'sh -c a'",
        "sh < f",
    ],
)
def test_other_strings_are_no_commands(text: str) -> None:
    commands = parse(text).commands()
    assert [command for command in commands if command.nested not in (None, "ssh")] == []


def test_words_in_strings_lose_both_levels_of_quotes() -> None:
    script = parse(r"""bash -c "curl -H \"X: 'y z'\" \"$A\" 'b'" """)
    (command,) = [found for found in script.commands() if found.name == "curl"]
    assert [word.text for word in command.args] == ["-H", "X: 'y z'", "$A", "b"]
    assert [found.name for word in command.args for found in word.variables()] == ["A"]


def test_strings_in_strings_are_read_level_by_level() -> None:
    script = parse("""ssh host "sudo sh -c 'eval \\"a b\\"'" """)
    assert [(command.name, command.nested) for command in script.commands()] == [
        ("ssh", None),
        ("sh", "ssh"),
        ("eval", "sh -c"),
        ("a", "eval"),
    ]


def test_too_many_strings_in_strings_are_not_silently_skipped() -> None:
    script = parse("eval " * 6 + "a")
    assert script.incomplete == "commands in strings more than 4 levels deep"


def test_a_substitution_in_a_string_runs_once() -> None:
    script = parse('sh -c "a $(b \\"c\\") `d`; e"')
    assert [command.name for command in script.commands()] == ["sh", "a", "b", "d", "e"]
    (command,) = [found for found in script.commands() if found.name == "b"]
    assert command.nested == "substitution"


def test_an_escaped_substitution_belongs_to_the_inner_shell() -> None:
    script = parse('sh -c "a \\$(b)"')
    (command,) = [found for found in script.commands() if found.name == "b"]
    assert command.raw == "b"
    assert command.nested == "substitution"
    assert command.block.parent is not None
    assert command.block.parent.kind == "sh -c"


def test_errors_in_strings_are_not_errors_of_the_script() -> None:
    script = parse("eval 'fi'\neval 'a\n) b'")
    assert script.errors == ()
    assert [command.name for command in script.commands()] == ["eval", "eval", "a", "b"]


def test_holes_in_strings_keep_their_offsets() -> None:
    script = parse("sh -c 'a \"\ue000\"'")
    (command,) = [found for found in script.commands() if found.name == "a"]
    assert command.args[0].holes == (10,)
    assert command.args[0].raw == '"\ue000"'
