"""Every simple command is found, wherever the grammar can hide it."""

from __future__ import annotations

import pytest

from secguard.shell import Command, parse


def _names(text: str) -> list[str]:
    script = parse(text)
    assert script.errors == ()
    assert script.incomplete is None
    return [command.name for command in script.commands()]


def _command(text: str, name: str) -> Command:
    (command,) = [found for found in parse(text).commands() if found.name == name]
    return command


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("# a comment", []),
        ("\n \\\n\n", []),
        ("a; b & c && d || e | f |& g\nh", list("abcdefgh")),
        ("a &&\n# why\n b", ["a", "b"]),
        ("a | # why\n b", ["a", "b"]),
        ("a\\\n b c", ["a"]),
        ("a\r\nb c\r\n", ["a", "b"]),
        ("a; # b\nc#d", ["a", "c#d"]),
        ("if a; then b; elif c; then d; else e; fi; f", list("abcdef")),
        ("if ! a\nthen\nb\nfi", ["a", "b"]),
        ("while a; do b; done < f | c", ["a", "b", "c"]),
        ("until a; do b; done", ["a", "b"]),
        ("for x in 1 $(a) 3; do b; done", ["a", "b"]),
        ("for x\ndo a; done", ["a"]),
        ("for x; do a; done", ["a"]),
        ("for x in do done; do a; done", ["a"]),
        ("for x in a; { b; }", ["b"]),
        ("for ((i = 0; i < 3; i++)); do a; done", ["a"]),
        ("for (( i=0; i<3; i++ )) { a; }", ["a"]),
        ("select x in 1 2; do a; done", ["a"]),
        ("case $x in a) b;; (c|'d e') e ;& *) f; g ;;& [0-9]) ;; esac; h", list("befgh")),
        ("case x in\na)\n b\n ;;\nesac", ["b"]),
        ("case $(a) in esac", ["a"]),
        ("case x in if) a; esac", ["a"]),
        ("{ a; b; }; (c; d)", list("abcd")),
        ("((1 + $(a))) && b", ["", "a", "b"]),
        ("((a); b)", ["a", "b"]),
        ("f() { a; }; f", ["a", "f"]),
        ("function f { a; }; function g() (b)", ["a", "b"]),
        ("f()\n{\n a\n} > out", ["a"]),
        ("f() if a; then b; fi", ["a", "b"]),
        ("my-fun.2 () { a; }", ["a"]),
        ("[[ -f a && ( $b =~ ^(x|y)+$ || c < d ) ]] && e", ["[[", "e"]),
        ("[[ $a == $(b) &&\n -n c ]]; d", ["[[", "b", "d"]),
        ("[ -f a ] && b", ["[", "b"]),
        ("! a | b", ["a", "b"]),
        ("! ! a", ["a"]),
        ("time a", ["a"]),
        ("time (a; b)", ["a", "b"]),
        ("time -p { a; }", ["a"]),
        ("coproc a; b", ["a", "b"]),
        ("coproc { a; }", ["a"]),
        ("X=1 Y=$(a) b", ["b", "a"]),
        ("X=$(a)", ["", "a"]),
        ("X[1]=a b", ["b"]),
        ("> f a", ["a"]),
        ("&>2 a", ["a"]),
        ("a > >(b) 2> >(c) < <(d)", ["a", "b", "c", "d"]),
        ('a <<< "$(b)"', ["a", "b"]),
        ("echo if then fi done esac { } !", ["echo"]),
        ("echo a>b", ["echo"]),
        ("a 2>&1 >&- {fd}>f 10<g", ["a"]),
        ("cat << E1 <<-'E2' ; b\n$(c)\nE1\n\t$(d)\n\tE2\ne", ["cat", "b", "c", "e"]),
        ("cat <<E\r\na\r\nE\r\nb\r\n", ["cat", "b"]),
        ("x=$(cat <<E\n)\n$(a)\nE\n) b", ["b", "cat", "a"]),
        ("cat <<\\E\n$(a)\nE", ["cat"]),
        ('cat <<"E F"\na\nE F\nb', ["cat", "b"]),
        ("if a; then cat <<E; fi\nfi\nE\nb", ["a", "cat", "b"]),
        ("a << parameters.x >> b", ["a"]),
        ("<< parameters.x >> b", ["<< parameters.x >>"]),
        ("\ue000 b; \ue000", ["\ue000", "\ue000"]),
        ("echo \ue000 | bash", ["echo", "bash"]),
        ("a \0b\0 ; \0c", ["a", "c"]),
    ],
)
def test_commands_come_in_source_order(text: str, names: list[str]) -> None:
    assert _names(text) == names


@pytest.mark.parametrize(
    ("text", "names", "message"),
    [
        ("a\nb 'c\nd", ["a", "d"], "no closing '"),
        ('a\nb "c\nd', ["a", "d"], 'no closing "'),
        ("a\nb `c\nd", ["a", "d"], "no closing `"),
        ("a\nb ${c\nd", ["a", "d"], "no closing }"),
        ("a\n)\nb", ["a", "b"], ") without a beginning"),
        ("a\nfi\nb", ["a", "b"], "fi without a beginning"),
        ("if a; then b", ["a", "b"], "no elif or else or fi before the end"),
        ("$(if a; then b) c", ["", "a", "b"], "no elif or else or fi before )"),
        ("a | ; b\nc", ["a", "c"], "a command is missing"),
        ("a (b) c", ["a", "b", "c"], "( in a command"),
        ("a >\nb", ["b"], "a word is missing"),
        ("for x in a\nb\nc", ["b", "c"], "no do"),
        ("case a b\nc", ["c"], "no in"),
        ("case a in b c\nd", ["d"], "no ) behind a pattern"),
        ("[[ a\nb", ["b"], "no closing ]]"),
        ("X=(a; b\nc", ["c"], "no closing )"),
        ("cat <<E\na", ["cat"], "no line ends the here-document"),
    ],
)
def test_reading_goes_on_after_an_error(text: str, names: list[str], message: str) -> None:
    script = parse(text)
    assert [command.name for command in script.commands()] == names
    assert message in [found for _, found in script.errors]
    assert script.incomplete is None


def test_a_command_knows_its_words_and_redirections() -> None:
    text = "X=1 sudo curl -o f 2>err <<E && b\nbody $X\nE"
    command = _command(text, "curl")
    assert command.raw == "X=1 sudo curl -o f 2>err <<E"
    assert [word.raw for word in command.words] == ["sudo", "curl", "-o", "f"]
    assert [word.raw for word in command.args] == ["-o", "f"]
    assert [(found.name, found.value.raw) for found in command.assignments] == [("X", "1")]
    assert [(found.fd, found.operator, found.target.raw) for found in command.redirects] == [
        ("2", ">", "err"),
        ("", "<<", "E"),
    ]
    body = command.redirects[1].body
    assert body is not None
    assert body.raw == "body $X\n"
    assert [found.name for found in body.variables()] == ["X"]
    assert not command.redirects[1].quoted
    assert command.redirects[0].body is None


def test_the_text_of_a_quoted_here_document_is_literal() -> None:
    (command,) = parse("cat <<'E'\n$X `y`\nE\n").commands()
    (redirect,) = command.redirects
    assert redirect.quoted
    assert redirect.body is not None
    assert redirect.body.literal == "$X `y`\n"


def test_a_here_document_keeps_text_that_its_shell_cannot_expand() -> None:
    script = parse("cat <<E\n${a\nE\nb")
    assert [command.name for command in script.commands()] == ["cat", "b"]
    body = script.commands()[0].redirects[0].body
    assert body is not None
    assert body.text == "${a\n"


def test_negated_background_and_conditional_come_from_the_pipeline() -> None:
    text = "! a | b && c & d; e || f"
    commands = {command.name: command for command in parse(text).commands()}
    assert [name for name, command in commands.items() if command.negated] == ["a", "b"]
    assert [name for name, command in commands.items() if command.background] == ["c"]
    assert [name for name, command in commands.items() if command.conditional] == ["c", "f"]


def test_a_command_knows_its_function_and_what_it_is_nested_in() -> None:
    text = 'f() { if a; then x=$(b <(c)); fi; }; sh -c "d $(e)"'
    commands = {command.name: command for command in parse(text).commands()}
    assert {name: command.in_function for name, command in commands.items()} == {
        "a": "f",
        "": "f",
        "b": "f",
        "c": "f",
        "sh": None,
        "d": None,
        "e": None,
    }
    assert {name: command.nested for name, command in commands.items()} == {
        "a": None,
        "": None,
        "b": "substitution",
        "c": "process substitution",
        "sh": None,
        "d": "sh -c",
        "e": "substitution",
    }


@pytest.mark.parametrize(
    ("text", "into", "source"),
    [
        ("a | b | c", ["b", "c"], []),
        ("x | a | b", ["b"], ["x"]),
        ("x | a", [], ["x"]),
        ("a > f | b", [], []),
        ("{ a; } | b", ["b"], []),
        ("x | (a) | b", ["b"], ["x"]),
        ("{ a; } > f | b", [], []),
        ("a | { b; c; } | d", ["b", "c", "d"], []),
        ("x | while y; do a | b; done | c", ["b", "c"], ["x"]),
        ("b $(a) | c", [], []),
        ("x | sh -c 'a' | b", ["b"], ["x"]),
        ("a || b; a2 && c", [], []),
    ],
)
def test_pipes_reach_through_blocks(text: str, into: list[str], source: list[str]) -> None:
    command = _command(text, "a")
    assert [found.name for found in command.piped_into] == into
    assert [found.name for found in command.piped_from] == source


def test_blocks_keep_the_words_of_loops_and_cases() -> None:
    script = parse("for x in a $b; do c; done; case $d in e|f) g;; esac")
    heads = {block.kind: [word.raw for word in block.head] for block in script.block.blocks()}
    assert heads["for"] == ["a", "$b"]
    assert heads["case"] == ["$d", "e", "f"]
    (loop,) = [block for block in script.block.blocks() if block.kind == "for"]
    assert loop.name == "x"
    assert script.text[loop.start : loop.end] == "for x in a $b; do c; done"
