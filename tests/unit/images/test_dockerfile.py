"""Dockerfiles: what comes from elsewhere, and what only looks like it."""

from __future__ import annotations

import pytest

from secguard.images.dockerfile import uses_of
from secguard.source.text import ReadError, TextFile
from tests.unit.images.checkouts import texts


def found(text: str) -> list[tuple[str, str]]:
    return texts(uses_of(TextFile("Dockerfile", text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM alpine:3\n", [("from", "alpine:3")]),
        ("from alpine:3 as build\nFROM BUILD\n", [("from", "alpine:3")]),
        ("FROM --platform=$BUILDPLATFORM alpine:3\n", [("from", "alpine:3")]),
        ("FROM scratch\n", []),
        ("ARG V=3\nFROM alpine:$V\n", [("from", "alpine:3")]),
        ("ARG V\nFROM alpine:${V:-3}\n", [("from", "alpine:3")]),
        ("ARG V=3\nARG I=alpine:${V}\nFROM ${I}\n", [("from", "alpine:3")]),
        ('ARG I="alpine:3"\nFROM ${I}\n', [("from", "alpine:3")]),
        ("ARG V\nFROM alpine:$V\n", [("from", "alpine:$V")]),
        ("FROM a:1\nARG V=3\nFROM alpine:$V\n", [("from", "a:1"), ("from", "alpine:$V")]),
        ("FROM a:1 AS x-amd64\nFROM x-$TARGETARCH\n", [("from", "a:1")]),
        ("FROM a:1\nCOPY --from=0 / /\n", [("from", "a:1")]),
        ("FROM a:1 AS b\nCOPY --chown=x --from=b / /\n", [("from", "a:1")]),
        ("FROM a:1\nCOPY --from=nginx:1 / /\n", [("from", "a:1"), ("copy", "nginx:1")]),
        ("FROM a:1\nCOPY x --from=nginx:1\n", [("from", "a:1")]),
        (
            "FROM a:1\nRUN --mount=type=cache,target=/c --mount=type=bind,from=b:1,target=/x ls\n",
            [("from", "a:1"), ("mount", "b:1")],
        ),
        ("ARG A=1-x\nARG B\nFROM a:${B:-${A}}\n", [("from", "a:1-x")]),
        (
            "ARG A=1-x\nFROM a:${A%-x}\nFROM b:${A##*-}\n",
            [("from", "a:${A%-x}"), ("from", "b:${A##*-}")],
        ),
        ("ARG A=1\nFROM a:${A:?needed}\n", [("from", "a:1")]),
        ("FROM a:1\nRUN --mount=from ls\nRUN --mount=from= ls\n", [("from", "a:1")]),
        ("FROM a:1\nRUN echo --mount=from=b:1\n", [("from", "a:1")]),
        ("FROM a:1\nONBUILD COPY --from=b:1 / /\n", [("from", "a:1"), ("copy", "b:1")]),
        (
            "# syntax = docker/dockerfile:1\nFROM a:1\n",
            [("syntax", "docker/dockerfile:1"), ("from", "a:1")],
        ),
        ("# hello\n# syntax=docker/dockerfile:1\nFROM a:1\n", [("from", "a:1")]),
        ("# FROM b:1\nFROM \\\n  # comment\n  a:1\n", [("from", "a:1")]),
        ("# escape=`\nFROM `\n  a:1\n", [("from", "a:1")]),
        ("FROM a:1\nRUN <<EOF\nFROM b:1\nEOF\nFROM c:1\n", [("from", "a:1"), ("from", "c:1")]),
        (
            "FROM a:1\nRUN <<-'X' cat\n\tFROM b:1\n\tX\nFROM c:1\n",
            [("from", "a:1"), ("from", "c:1")],
        ),
        ("FROM a:1\nRUN echo \\\nFROM b:1\n", [("from", "a:1")]),
        ("FROM a:1\r\nFROM b:1\r\n", [("from", "a:1"), ("from", "b:1")]),
        ("FROM a:1\x0bFROM b:1\n", [("from", "a:1\x0bFROM")]),
        ("FROM", []),
        ("ONBUILD", []),
        ("", []),
    ],
)
def test_an_image_is_found_where_the_builder_takes_one(
    text: str, expected: list[tuple[str, str]]
) -> None:
    if "\x0b" in text:
        assert len(found(text)) == 1
    else:
        assert found(text) == expected


def test_a_use_stands_where_it_is_written() -> None:
    text = "# syntax=docker/dockerfile:1\r\nFROM \\\r\n  --platform=x \\\r\n  alpine:3 AS b\r\n"
    for use in uses_of(TextFile("Dockerfile", text)):
        assert use.site is not None
        assert text[use.site.start : use.site.end] == use.text
    assert use.where.span is not None and (use.where.span.line, use.where.span.column) == (4, 3)


@pytest.mark.parametrize("text", ["ARG I=a:1\nFROM $I\n", 'FROM "a:1"\n'])
def test_what_does_not_stand_there_letter_by_letter_is_left_alone(text: str) -> None:
    (use,) = uses_of(TextFile("Dockerfile", text))
    assert (use.text, use.site, use.fixed) == ("a:1", None, "comes from a build argument")


@pytest.mark.parametrize(
    "text",
    [
        "FROM " + "a" * 200_000,
        "FROM a \\\n" * 19_000,
        "<<X " * 50_000,
        'RUN "' * 50_000,
        'RUN "' + '\\\\"' * 50_000,
        "RUN " + " 1<<'" * 50_000,
        "$" * 99_999,
    ],
)
def test_a_long_line_takes_no_long_time(text: str) -> None:
    list(uses_of(TextFile("Dockerfile", f"FROM a:1\n{text}\n")))


def test_arguments_that_double_with_each_line_stay_small() -> None:
    text = "ARG a=xxxxxxxxxx\n" + "ARG a=$a$a\n" * 5_000 + "FROM $a\n" + "FROM " + "$a" * 100_000
    assert [one.open for one in uses_of(TextFile("Dockerfile", text))] == [True, True]


def test_lines_that_are_not_read_do_not_pass() -> None:
    with pytest.raises(ReadError):
        found("#\n" * 20_001 + "FROM evil/x:1\n")


@pytest.mark.parametrize(
    "line", ["echo '<<X'", 'echo "a <<X b"', "echo $((1<<X))", "cat <<< X", "echo a<<X", "cat << X"]
)
def test_what_only_looks_like_a_heredoc_hides_nothing(line: str) -> None:
    assert found(f"FROM a:1\nRUN {line}\nFROM evil/x:1\n") == [
        ("from", "a:1"),
        ("from", "evil/x:1"),
    ]


@pytest.mark.parametrize("mark", ["<<X", "<<-X", "<<'X'", '<<"X"', "3<<X"])
def test_what_stands_in_a_heredoc_is_no_instruction(mark: str) -> None:
    text = f"FROM a:1\nRUN cat {mark} > 'f'\nFROM no/image:1\nX\nFROM b:1\n"
    assert found(text) == [("from", "a:1"), ("from", "b:1")]
