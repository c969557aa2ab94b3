"""Whatever the text, the tree's offsets point into it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.shell import Script, parse

_PIECES = st.sampled_from(
    "a;b;echo ;$X;${X:-;};$(;);`;';\";\\;\\\n;\n; ; | ; && ;&;#;(;{ ; };<;>;<<E;<<'E';\nE\n;"
    "<<<;<(;$((;));((;[[ ; ]];if ;then ;else ;fi;while ;do ;done;for x in ;case ;esac;in ;;;;"
    "f() ;sh -c ;eval ;ssh h ;sudo ;X=;X=(;=;2>&1;&>f;\ue000;<< parameters.x >>;<< pipeline.;"
    "\r\n;\0;!;$';$;\t;exec ;cat ;export ;é;\U0001f600".split(";")
)


def check(script: Script) -> None:
    """Assert that everything in the tree has its place in the text."""
    text = script.text
    for command in script.commands():
        assert 0 <= command.start < command.end <= len(text)
        assert text[command.start : command.end] == command.raw
        for word in command.words:
            assert command.start <= word.start < word.end <= command.end
        for redirect in command.redirects:
            assert command.start <= redirect.start < redirect.end <= command.end
        command.stdout_goes_to_log()
        assert command not in command.piped_into
    for word in script.words():
        assert text[word.start : word.end] == word.raw
        assert all(word.start <= hole < word.end for hole in word.holes)
        last = word.start
        for part in word.parts:
            assert last <= part.start <= part.end <= word.end
            last = part.end
        for part in word.all_parts():
            assert word.start <= part.start <= part.end <= word.end
    for found in script.assignments():
        assert found.start <= found.value.start <= found.value.end <= found.end
    for option in script.set_options():
        assert 0 <= option.start < len(text)
    for position, _ in script.errors:
        assert 0 <= position <= len(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_shell_like_text(text: str) -> None:
    check(parse(text))


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    check(parse(text))
