"""Messages are read the same however the bytes are cut, and what is no message is not lost."""

from __future__ import annotations

import json
import random
from typing import Iterator

import pytest

from secguard.logs import messages
from secguard.logs.messages import ERR, OUT, Messages
from secguard.runtime.stream import Damaged

TEXTS = ("plain\r\n", 'a "quoted" \\ one\n', "\x1b[31mred\x1b[0m", "ünïcode €😀\u2028", "", "\0")


def encoded(*found: tuple[str, str], ascii: bool = True) -> bytes:
    listed = [
        {"message": text, "time": "2026-11-25T10:00:00Z", "type": kind} for kind, text in found
    ]
    return json.dumps(listed, ensure_ascii=ascii).encode()


def joined(read: Messages) -> dict[str, str]:
    texts = {OUT: "", ERR: ""}
    for kind, text in read:
        texts[kind] += text
    return {
        kind: text.encode("utf-16", "surrogatepass").decode("utf-16")
        for kind, text in texts.items()
    }


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("ascii", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
def test_each_message_comes_out_as_it_was_written(size: int, ascii: bool) -> None:
    found = [(ERR if number % 4 == 3 else OUT, text) for number, text in enumerate(TEXTS * 3)]
    read = Messages(cut(encoded(*found, ascii=ascii), size))
    assert list(read) == found
    assert not read.is_cut


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every message too long to be kept."""
    monkeypatch.setattr(messages, "_READ", 1)
    monkeypatch.setattr(messages, "_WHOLE", 5)
    monkeypatch.setattr(messages, "_PIECE", 13)


@pytest.mark.parametrize("ascii", [True, False])
def test_a_long_message_is_given_in_parts(tiny: None, ascii: bool) -> None:
    rng = random.Random(5)  # noqa: S311
    for _ in range(60):
        texts = [
            "".join(rng.choices(["\\", '"', "\\u00e4", "ä", "😀", "\n", "x"], k=40)) for _ in "abc"
        ]
        read = Messages(
            cut(encoded(*((OUT, text) for text in texts), ascii=ascii), rng.randint(1, 9))
        )
        assert joined(read)[OUT] == "".join(texts)


def test_the_other_parts_of_a_long_message_are_passed_over(tiny: None) -> None:
    data = b'[ {"time" : "now" , "n": 12345678901234567890, "ok":false,"message" : "hel\\nlo"} ,{}]'
    assert joined(Messages([data]))[OUT] == "hel\nlo{}"


def test_no_more_than_a_part_of_a_long_message_is_kept() -> None:
    million = b"x" * (1 << 20)

    def pieces() -> Iterator[bytes]:
        yield b'[{"type":"out","message":"'
        for _ in range(30):
            yield million
        yield b'"}]'

    total = 0
    for _, text in Messages(pieces()):
        assert len(text) <= 1 << 20
        total += len(text)
    assert total == 30 << 20


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (b"<html>Service unavailable</html>", "<html>Service unavailable</html>"),
        (b'{"message": "not found"}', '{"message": "not found"}'),
        (b'[{"message": "a"}, {"message": "b', "ab"),
        (b'[{"message": "a"}, nonsense', "anonsense"),
        (b'[{"message": "a"}] and more', "aand more"),
        (b'[{"message": "\\x"}]', '\\x"}]'),
        (b"[" * 100_000, "[" * 99_999),
        (b'[{"message": {"a": "' + b"y" * (2 << 20) + b'"}}]', "y" * (2 << 20) + '"}}]'),
    ],
)
def test_what_is_no_list_is_given_as_it_is_and_told(data: bytes, kept: str) -> None:
    texts = []
    with pytest.raises(Damaged, match="no whole list of messages"):
        for _, text in Messages(cut(data, 1000)):
            texts.append(text)
    assert "".join(texts).endswith(kept)


def test_an_empty_output_is_no_list() -> None:
    with pytest.raises(Damaged):
        list(Messages([]))
    assert list(Messages([b" [ ] "])) == []


@pytest.mark.parametrize("entry", ['{"truncated": true, "message": "x"}', '{"type": "cut"}', '"x"'])
def test_a_mark_that_something_is_missing_is_seen(entry: str) -> None:
    read = Messages([f'[{{"message": "a", "type": "out"}}, {entry}]'.encode()])
    texts = [text for _, text in read]
    assert read.is_cut
    assert texts[1] in ("x", entry)


def test_numbers_of_a_million_digits_take_no_time() -> None:
    read = Messages([b'[{"message": "a", "n": ' + b"9" * 900_000 + b"}]"])
    assert [text for _, text in read] == ["a"]
