"""Secrets are found in what a terminal shows, whatever interrupts them; nothing else is."""

from __future__ import annotations

import base64

import pytest

from secguard.logs.needles import LogNeedles
from secguard.runtime import content
from secguard.runtime.content import Content, Hit
from tests.unit.runtime.leaks import LEAKS, secrets
from tests.unit.runtime.searching import NAME, VALUE, needles
from tests.unit.secrets.samples import sample

NEEDLES = LogNeedles.of(needles(formats=True))
GITHUB = sample("github").encode()
LINE = b"\x1b[2mstep\x1b[0m an ordinary line of output, 100 % done\r\n"


def search(data: bytes, cut: int = 0) -> tuple[Hit, ...]:
    one = Content(NEEDLES, "log", is_text=True)
    for at in range(0, len(data), cut or len(data)):
        one.feed(data[at : at + (cut or len(data))])
    return one.close()


def folded(data: bytes, columns: int, end: bytes) -> bytes:
    return end.join(data[at : at + columns] for at in range(0, len(data), columns))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\n    ", b"\x1b[0m\r\n\x1b[32m"])
@pytest.mark.parametrize("columns", [1, 7, 11, 21])
@pytest.mark.parametrize(
    "leak", ["as it is", "base64", "hex", "percent", "basic authentication", "shell word"]
)
def test_a_secret_is_found_where_lines_break_it(leak: str, columns: int, end: bytes) -> None:
    data = b"first\r\nvalue: " + folded(LEAKS[leak](VALUE.decode()), columns, end) + b"\r\nlast"
    (hit,) = search(data)
    assert (hit.names, hit.count) == ((NAME,), 1)
    assert hit.line >= 2


def test_a_secret_with_white_space_is_found_where_lines_break_it() -> None:
    found = LogNeedles.of(needles(A_PASSWORD=b"kx8 vQ2 mZp 4rT 9sW"))
    one = Content(found, "log", is_text=True)
    one.feed(b"it is kx8 vQ2\r\n mZp 4rT\r\n 9sW.")
    (hit,) = one.close()
    assert (hit.line, hit.column, hit.count) == (1, 7, 1)


def test_all_forms_are_found_in_colours() -> None:
    for number, secret in enumerate(secrets(10)):
        found = LogNeedles.of(needles(X_TOKEN=secret.encode()))
        for name, leak in LEAKS.items():
            one = Content(found, "log", is_text=True)
            written = leak(secret)
            half = len(written) // 2
            one.feed(LINE + b"\x1b[1;32m" + written[:half] + b"\x1b[K" + written[half:] + b"\x1b[m")
            assert [hit.names for hit in one.close()] == [("X_TOKEN",)], (number, name)


@pytest.mark.parametrize(
    "text",
    [
        b"\x1b[32m%s\x1b[0m",
        b"\x1b]0;deploy %s\x07",
        b"\x1b]8;;https://x.io/?%s\x1b\\here\x1b]8;;\x1b\\",
    ],
)
def test_a_token_of_a_known_format_is_found_in_colours_and_titles(text: bytes) -> None:
    (hit,) = search(LINE + text % GITHUB + LINE)
    assert (hit.names, hit.line, hit.count) == ((), 2, 1)


def test_what_ends_and_begins_nothing_is_no_end_of_the_search() -> None:
    data = b"\x1b] never ended " + VALUE + b"\r\n\x1b[" + base64.b64encode(VALUE) + b"\x1b"
    assert [hit.count for hit in search(data)] == [2]


def test_how_it_is_cut_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_CHUNK", 0)
    monkeypatch.setattr(content, "_SLACK", 2)
    filler = LINE * (NEEDLES.hold // len(LINE))
    for place in range(0, 60, 7):
        data = filler + filler[place:] + folded(VALUE, 5, b"\x1b[0m\r\n") + b"\r\n" + filler * 2
        (hit,) = search(data, 4099)
        assert (hit.offset, hit.count) == (data.index(VALUE[:5]), 1)


@pytest.mark.parametrize(
    "text",
    [
        b"cnry_7Qx2Vb9LmPz4 and later RtWk8",
        b"token=**** url=https://bot:****@example.org/ Authorization: Bearer ****\r\n",
        b'Authorization: Basic ****\r\n{"password": "****", "auth": "****"}',
        b"cnry_7Qx2\r\n...\r\nVb9LmPz4RtWk8",
    ],
)
def test_what_is_masked_or_apart_is_no_secret(text: bytes) -> None:
    assert search(text) == ()


def test_short_values_are_not_put_together_from_words() -> None:
    found = LogNeedles.of(needles(A_PASSWORD=b"xk7forty2q"))
    one = Content(found, "log", is_text=True)
    one.feed(b"xk7 forty 2q and xk7\r\nforty2q")
    assert one.close() == ()
