"""Words keep what is written and say what the shell makes of it."""

from __future__ import annotations

import pytest

from secguard.shell import (
    Arithmetic,
    Array,
    Literal,
    Process,
    Substitution,
    Variable,
    Word,
    parse,
)


def _word(text: str) -> Word:
    script = parse("echo " + text)
    assert script.errors == ()
    (command,) = [found for found in script.commands() if found.start == 0]
    assert [word.start for word in command.words] == [0, 5]
    word = command.words[1]
    assert word.raw == text
    return word


@pytest.mark.parametrize(
    ("raw", "literal"),
    [
        ("plain", "plain"),
        ("''", ""),
        ('""', ""),
        ("'a b'", "a b"),
        ('"a b"', "a b"),
        ("a'b'\"c\"", "abc"),
        (r"a\ b", "a b"),
        (r"\$HOME", "$HOME"),
        (r'"\$HOME \" \` \\ \n"', r'$HOME " ` \ \n'),
        (r"'\n'", r"\n"),
        (r"$'a\tb\'\x41\101\u00e9'", "a\tb'AAé"),
        (r"$'\(\\\q'", r"\(\\q"),
        ('$"text"', "text"),
        ("a\\\nb", "ab"),
        ('"a\\\nb"', "ab"),
        ("a\\\r\nb", "ab"),
        ("a#b", "a#b"),
        ("a=b", "a=b"),
        ("{a,b}", "{a,b}"),
        ("*.py", "*.py"),
        ("$", "$"),
        ("a$", "a$"),
        ('"$"', "$"),
        ("100%", "100%"),
        ("é\U0001f600", "é\U0001f600"),
        ("@(a|b)", "@(a|b)"),
        ("<< parameters.name >>", "<< parameters.name >>"),
        ("a<<pipeline.git.branch>>b", "a<<pipeline.git.branch>>b"),
        ('"a << matrix.x >> b"', "a << matrix.x >> b"),
        ("<<# parameters.x >>a<</ parameters.x >>", "<<# parameters.x >>a<</ parameters.x >>"),
        ("<<include(scripts/a.sh)>>", "<<include(scripts/a.sh)>>"),
        ("\ue000", "\ue000"),
        ("}", "}"),
        ("]]", "]]"),
        ("then", "then"),
        ("1", "1"),
        ("{", "{"),
    ],
)
def test_literal_words_lose_their_quotes(raw: str, literal: str) -> None:
    word = _word(raw)
    assert word.literal == literal
    assert word.text == literal


@pytest.mark.parametrize(
    ("raw", "name", "operator", "argument", "quoted"),
    [
        ("$HOME", "HOME", "", None, False),
        ('"$HOME"', "HOME", "", None, True),
        ("${HOME}", "HOME", "", None, False),
        ("$1", "1", "", None, False),
        ("${10}", "10", "", None, False),
        ("$@", "@", "", None, False),
        ("$#", "#", "", None, False),
        ("$?", "?", "", None, False),
        ("$$", "$", "", None, False),
        ("${#}", "#", "", None, False),
        ("${X:-a b}", "X", ":-", "a b", False),
        ('"${X:-}"', "X", ":-", None, True),
        ("${X:=a}", "X", ":=", "a", False),
        ('"${X:?it\'s missing}"', "X", ":?", "it's missing", True),
        ("${X+a}", "X", "+", "a", False),
        ("${X##*/}", "X", "##", "*/", False),
        ("${X%'}'*}", "X", "%", "'}'*", False),
        ("\"${X%'}'*}\"", "X", "%", "'}'*", True),
        (r"${X//\//-}", "X", "//", r"\//-", False),
        (r"${X/\}/-}", "X", "/", r"\}/-", False),
        ("${X^^}", "X", "^^", None, False),
        ("${X:0:5}", "X", ":", "0:5", False),
        ("${X[@]}", "X", "", None, False),
        ("${X[$i]:-b}", "X", ":-", "b", False),
        ("${\ue000}", "\ue000", "", None, False),
        ("$\ue000", "\ue000", "", None, False),
        ("${\ue000_TOKEN:-x}", "\ue000_TOKEN", ":-", "x", False),
        ("${<< parameters.token >>}", "<< parameters.token >>", "", None, False),
    ],
)
def test_variables(raw: str, name: str, operator: str, argument: str | None, quoted: bool) -> None:
    (part,) = _word(raw).parts
    assert isinstance(part, Variable)
    assert (part.name, part.operator, part.quoted) == (name, operator, quoted)
    assert (part.argument.raw if part.argument else None) == argument
    assert not part.length
    assert not part.indirect


def test_the_length_of_a_variable_is_not_its_value() -> None:
    (variable,) = _word('"${#TOKEN}"').variables()
    assert variable.name == "TOKEN"
    assert variable.length


def test_an_indirect_variable_says_so() -> None:
    (variable,) = _word("${!NAME}").variables()
    assert variable.name == "NAME"
    assert variable.indirect


def test_variables_in_defaults_arithmetic_and_arrays_are_found_in_order() -> None:
    word = _word('"${A:-${B:-$C}}$((D + $E))"$F')
    assert [found.name for found in word.variables()] == ["A", "B", "C", "E", "F"]
    assert [found.quoted for found in word.variables()] == [True] * 4 + [False]
    (assigned,) = parse('X=($A "$B" # $C\n [k]=$D)').assignments()
    assert [found.name for found in assigned.value.variables()] == ["A", "B", "D"]


def test_variables_of_a_substitution_belong_to_its_own_commands() -> None:
    word = _word('"$A$(echo $B)"')
    assert [found.name for found in word.variables()] == ["A"]


@pytest.mark.parametrize(
    ("raw", "kind", "names"),
    [
        ("$(date)", Substitution, ["date"]),
        ('"$(date)"', Substitution, ["date"]),
        ("`date`", Substitution, ["date"]),
        ("$(a | b; c)", Substitution, ["a", "b", "c"]),
        ("$( (a) )", Substitution, ["a"]),
        ("$((a) | b)", Substitution, ["a", "b"]),
        ("$(case x in a) b;; (c) d;; esac)", Substitution, ["b", "d"]),
        ("$(a # )\n)", Substitution, ["a"]),
        ("$(a ')')", Substitution, ["a"]),
        ('$(a ")" "$(b)")', Substitution, ["a", "b"]),
        ("$(a `b`)", Substitution, ["a", "b"]),
        (r"`a \`b\``", Substitution, ["a", "b"]),
        ('"`a \\"b\\"`"', Substitution, ["a"]),
        ("$(<file)", Substitution, [""]),
        ("$()", Substitution, []),
        ("<(curl x)", Process, ["curl"]),
        (">(tee log)", Process, ["tee"]),
    ],
)
def test_substitutions_hold_commands(raw: str, kind: type, names: list[str]) -> None:
    (part,) = _word(raw).parts
    assert isinstance(part, kind)
    assert isinstance(part, (Substitution, Process))
    assert [command.name for command in part.script.commands()] == names


def test_commands_in_backquotes_keep_their_places() -> None:
    text = r"echo `a \`b \"c\"\` d`"
    found = {command.name: command.raw for command in parse(text).commands()}
    assert found == {"echo": text, "a": r"a \`b \"c\"\` d", "b": r"b \"c\""}


def test_arithmetic_is_no_command() -> None:
    word = _word("$((1 << (X + $(b)) ))")
    (part,) = word.parts
    assert isinstance(part, Arithmetic)
    assert [command.name for command in parse("echo $((1 << $(b)))").commands()] == ["echo", "b"]


def test_parts_say_where_they_are_and_how_they_are_quoted() -> None:
    word = _word("""a'b "c'"d $E"\\f""")
    assert [
        (part.start, part.end, part.text, part.quote)
        for part in word.parts
        if isinstance(part, Literal)
    ] == [(5, 6, "a", ""), (7, 11, 'b "c', "'"), (13, 15, "d ", '"'), (18, 20, "f", "\\")]
    assert word.literal is None
    assert word.text == 'ab "cd $Ef'


def test_holes_are_the_offsets_of_pasted_values() -> None:
    assert _word('"a\ue000b\uf8ff"').holes == (7, 9)
    assert _word("abc").holes == ()


def test_expansions_stay_in_the_text_as_they_are_written() -> None:
    assert _word('https://"${HOST}"/$(id -u)').text == "https://${HOST}/$(id -u)"


def test_an_array_is_one_value() -> None:
    (assigned,) = parse("X+=(a 'b c'\n  d)").assignments()
    (part,) = assigned.value.parts
    assert isinstance(part, Array)
    assert [word.literal for word in part.words] == ["a", "b c", "d"]


def test_reprs_hold_no_text() -> None:
    script = parse("export TOKEN=s3cr3t; curl -H 's3cr3t' <<< s3cr3t")
    assert "s3cr3t" not in repr(script)
    assert "s3cr3t" not in repr(script.commands())
    assert "s3cr3t" not in repr(list(script.words()))
    assert "s3cr3t" not in repr(list(script.assignments()))
