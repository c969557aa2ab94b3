"""A command is named by the program that does the work."""

from __future__ import annotations

import pytest

from secguard.shell import parse


@pytest.mark.parametrize(
    "text",
    [
        "curl x",
        "\\curl x",
        '"curl" x',
        "c'ur'l x",
        "/usr/bin/curl x",
        "curl.exe x",
        "$BIN/curl x",
        '"${BIN}"/bin/curl x',
        "sudo curl x",
        "$SUDO curl x",
        "sudo -E -u root -H curl x",
        "sudo -uroot curl x",
        "sudo --user root -- curl x",
        "sudo -Eu root A=b curl x",
        "env A=b C=d curl x",
        "env -i -u HOME curl x",
        "command curl x",
        "command -p curl x",
        "builtin curl x",
        "exec curl x",
        "exec -a name curl x",
        "nohup curl x",
        "time curl x",
        "time A=b curl x",
        "time -p curl x",
        "timeout 5 curl x",
        "timeout -k 5 -s KILL 10m curl x",
        "timeout --signal KILL 10 curl x",
        "nice curl x",
        "nice -n 10 curl x",
        "xargs curl x",
        "xargs -0 -n 1 -P4 curl x",
        "xargs -I {} curl x",
        "xargs -I{} curl x",
        "stdbuf -oL curl x",
        "sudo env A=b nice timeout 5 curl x",
    ],
)
def test_wrappers_are_looked_through(text: str) -> None:
    (command,) = parse(text).commands()
    assert command.name == "curl"
    assert [word.raw for word in command.args] == ["x"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sudo", "sudo"),
        ("sudo -i", "sudo"),
        ("exec > f", "exec"),
        ("command -v curl", "command"),
        ("env", "env"),
        ("xargs -0", "xargs"),
        ("timeout 5", "timeout"),
        ("retry 3 curl", "retry"),
        ("$SUDO", ""),
        ("$CURL x", ""),
        ("$(which curl) x", ""),
        ("$DIR/$TOOL x", ""),
        ("A=b", ""),
        ("> f", ""),
        ("'' x", ""),
        (". ./env", "."),
        ("[ a ]", "["),
    ],
)
def test_the_name_is_what_is_known(text: str, name: str) -> None:
    assert parse(text).commands()[0].name == name
