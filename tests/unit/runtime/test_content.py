"""A content is searched the same, however it is cut and wherever the secret stands."""

from __future__ import annotations

import random

import pytest

from secguard.runtime import content
from secguard.runtime.content import Content, Hit
from tests.unit.runtime.leaks import LEAKS, secrets
from tests.unit.runtime.searching import NAME, VALUE, needles
from tests.unit.secrets.samples import sample

NEEDLES = needles(formats=True)
GITHUB = sample("github").encode()
LINE = b"an ordinary line of text that says nothing at all\n"


def search(data: bytes, *cuts: int) -> tuple[Hit, ...]:
    one = Content(NEEDLES, "a.txt")
    for start, end in zip((0, *cuts), (*cuts, len(data))):
        one.feed(data[start:end])
    return one.close()


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make chunks as short as they can be, and say how long."""
    monkeypatch.setattr(content, "_CHUNK", 0)
    monkeypatch.setattr(content, "_SLACK", 2)
    return 2 * NEEDLES.hold


@pytest.mark.parametrize("planted", [VALUE, GITHUB, VALUE.hex().encode()])
def test_a_secret_is_found_once_at_any_border(planted: bytes, small_chunks: int) -> None:
    filler = LINE * (5 * small_chunks // len(LINE))
    for place in range(small_chunks - 200, small_chunks + 60, 7):
        for shift in (0, NEEDLES.hold, small_chunks):
            at = place + shift
            data = filler[:at] + b" " + planted + b" " + filler[at:]
            (hit,) = search(data, *range(1000, len(data), 1000))
            assert (hit.offset, hit.count) == (at + 1, 1)
            assert hit.line == data.count(b"\n", 0, at + 1) + 1


def test_all_forms_are_found_at_a_border(small_chunks: int) -> None:
    secret = secrets(1)[0]
    found = needles(False, X_TOKEN=secret.encode())
    filler = LINE * (4 * small_chunks // len(LINE))
    for name, leak in LEAKS.items():
        written = leak(secret)
        for at in (small_chunks - len(written) // 2, small_chunks - found.hold):
            one = Content(found, "x")
            data = filler[:at] + b"\n" + written + b"\n" + filler[at:]
            for start in range(0, len(data), 777):
                one.feed(data[start : start + 777])
            assert [hit.names for hit in one.close()] == [("X_TOKEN",)], name


def test_how_it_is_cut_changes_nothing(small_chunks: int) -> None:
    rng = random.Random(3)  # noqa: S311
    parts = [VALUE, GITHUB, LINE, LINE * 40, b"\0", VALUE.hex().encode(), LINE * 500]
    for _ in range(20):
        data = LINE + b" ".join(rng.choices(parts, k=60))
        whole = search(data)
        assert search(data, *sorted(rng.sample(range(len(data)), 50))) == whole


def test_a_hit_says_where_it_is() -> None:
    (hit,) = search("first\n\tü = '".encode() + VALUE + b"'\nlast " + VALUE + b"\n")
    assert (hit.uri, hit.names, hit.form, hit.what) == ("a.txt", (NAME,), "", "")
    assert (hit.line, hit.column, hit.length, hit.count) == (2, 7, len(VALUE), 2)
    assert hit.offset == 13


def test_what_is_no_text_has_no_lines() -> None:
    (hit,) = search(b"\n\n\0" + VALUE)
    assert (hit.offset, hit.line) == (3, 0)


def test_a_wrapped_encoding_is_found_where_it_begins() -> None:
    import base64

    text = base64.b64encode(b"x" * 50 + VALUE)
    data = b"a:\n  " + text[:76] + b"\n  " + text[76:] + b"\n"
    (hit,) = search(data)
    assert (hit.form, hit.line, hit.count) == ("base64", 2, 1)
    assert hit.column + hit.length == 2 + 76 + 1


def test_a_token_that_a_variable_holds_is_told_as_the_variable() -> None:
    found = needles(True, GH_TOKEN=GITHUB)
    one = Content(found, "x")
    one.feed(b"a " + GITHUB + b" b")
    (hit,) = one.close()
    assert hit.names == ("GH_TOKEN",)


def test_tokens_are_told_apart_by_a_digest_that_needs_the_key() -> None:
    def digests(key: bytes) -> list[str]:
        one = Content(needles(True, key), "x")
        for seed in range(3):
            one.feed(sample("github", seed).encode() + b"\n" + LINE)
        return [hit.form for hit in one.close()]

    assert digests(b"") == [""]
    assert len(set(digests(b"key"))) == 3
    assert digests(b"key") == digests(b"key") != digests(b"another key")
    assert all(digest.startswith("hmac:") and len(digest) == 13 for digest in digests(b"key"))


def test_variables_with_one_value_are_one_hit() -> None:
    one = Content(needles(A_TOKEN=VALUE, B_TOKEN=VALUE), "x")
    one.feed(VALUE)
    assert [hit.names for hit in one.close()] == [("A_TOKEN", "B_TOKEN")]
