"""The filter hides every form of a secret, however the stream is cut, and nothing else."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any, Pattern

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.runtime.derive import derive
from secguard.runtime.filter import Filter
from secguard.runtime.forms import forms
from secguard.runtime.gaps import BOTH, SEQUENCES, SPACES, places
from secguard.runtime.matcher import Matcher, _from_end
from secguard.runtime.secret import Secret
from tests.unit.runtime.masking import MASK, bytewise, shown

CASES = Path(__file__).parents[4] / "shared" / "vectors" / "masking-conformance.json"
CANARY = b"cnry_7Qx2Vb9LmPz4RtWk8"
LONG = b"".join(b"%02d-Zq7Lx4" % number for number in range(60))


def all_forms(value: bytes) -> dict[bytes, str]:
    return forms(value, ends=True)


def conformance() -> list[Any]:
    if not CASES.is_file():
        return [pytest.param({}, marks=pytest.mark.skip(reason="no ../shared: conformance cases"))]
    return [pytest.param(case, id=case["id"]) for case in json.loads(CASES.read_text("utf-8"))]


def patterns_of(case: dict[str, Any]) -> set[bytes]:
    values = [Secret("X", text.encode()) for text in case["secrets"]]
    if not case["encodings"]:
        return {value.reveal() for value in values}
    held = (one for value in values for one in (value, *derive(value)))
    return {form for one in held for form in all_forms(one.reveal())}


@pytest.mark.parametrize("cut", ["as given", "by the byte"])
@pytest.mark.parametrize("case", conformance())
def test_what_other_maskers_promise_holds_here(case: dict[str, Any], cut: str) -> None:
    pieces = [text.encode() for text in case["chunks"]]
    if cut == "by the byte":
        pieces = list(bytewise(b"".join(pieces)))
    seen = shown(Matcher(patterns_of(case)), *pieces)
    if case["visible"] is not None:
        assert seen.split(MASK) == [text.encode() for text in case["visible"]]
    else:
        assert MASK in seen
        assert not [one for one in patterns_of(case) if one.strip() and one in seen]


@pytest.mark.parametrize("at", range(len(CANARY) + 1))
def test_a_secret_cut_anywhere_is_hidden(at: int) -> None:
    assert shown(Matcher([CANARY]), b"<" + CANARY[:at], CANARY[at:] + b">") == b"<****>"


@pytest.mark.parametrize("form", sorted(all_forms(CANARY)))
def test_a_form_cut_anywhere_is_hidden(form: bytes) -> None:
    matcher = Matcher(all_forms(CANARY))
    for at in range(len(form)):
        seen = shown(matcher, b"<" + form[:at], form[at:] + b">")
        assert seen.startswith(b"<") and seen.endswith(b">")
        assert not [other for other in all_forms(CANARY) if other in seen]


@pytest.mark.parametrize("width", [24, 60, 64, 76])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\r\n", b"\n    "])
def test_wrapped_base64_is_hidden(width: int, end: bytes) -> None:
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + LONG)
        wrapped = end.join(text[at : at + width] for at in range(0, len(text), width))
        seen = shown(Matcher(all_forms(LONG)), *bytewise(b"key:\n" + wrapped + b"\nend\n"))
        left = seen.replace(b"key:", b"").replace(b"end", b"").replace(MASK, b"")
        # What stays is the ends, whose digits also hold bits of the neighbours, and of one line
        # what could have been anything when it came.
        assert len(b"".join(left.split())) <= 4 + 4 + 7


def test_a_secret_with_colours_inside_is_hidden() -> None:
    half = len(CANARY) // 2
    for code in (b"\x1b[31m", b"\x1b[0m\x1b[1;4m", b"\x1b]8;;https://x.example\x1b\\", b"\x1b(B"):
        text = b"<" + CANARY[:half] + code + CANARY[half:] + b">"
        assert shown(Matcher([CANARY]), text) == b"<****>"
        assert shown(Matcher([CANARY]), *bytewise(text)) == b"<****>"


def test_colours_around_a_secret_stay() -> None:
    text = b"\x1b[31m" + CANARY + b"\x1b[0m\n"
    assert shown(Matcher([CANARY]), *bytewise(text)) == b"\x1b[31m****\x1b[0m\n"


def test_a_secret_right_behind_a_broken_code_is_hidden() -> None:
    for code in (b"\x1b", b"\x1b[", b"\x1b[3", b"\x1b]0;"):
        assert CANARY not in shown(Matcher([CANARY]), code + CANARY + b"\n")


@pytest.mark.parametrize("secret", [b"m3Kq8TzP5wLx", b"0mQq8TzP5wLx9", b"[0m_Qq8TzP5wLx", b"31;7"])
def test_a_secret_that_begins_in_a_code_is_hidden(secret: bytes) -> None:
    for code in (b"\x1b[31;7m", b"\x1b[0m", b"\x1b[m", b"\x1b[31;"):
        for size in range(1, len(code)):
            if secret.startswith(code[-size:]):
                text = b"<" + code[:-size] + secret + b">\n"
                assert secret not in shown(Matcher([secret]), text)


def test_a_secret_that_holds_a_code_is_hidden() -> None:
    secret = b"9xVbQ4\x1b[0mTz7Lk2"
    assert shown(Matcher([secret]), b"\x1b[1m<" + secret + b">") == b"\x1b[1m<****>"


def test_a_secret_with_other_codes_inside_is_hidden() -> None:
    half = len(CANARY) // 2
    for code in (
        b"\x1b[K",
        b"\x1b[?25l",
        b"\x1b[1;31" + b";1" * 9 + b"m",
        b"\x1b\x1b[0m",
        b"\x1b[",
    ):
        text = b"\x1b[31m<" + CANARY[:half] + code + b"\x1b[0m" + CANARY[half:] + b">"
        assert shown(Matcher([CANARY]), text) == b"\x1b[31m<****>"


class Thorough(Matcher):
    """Looks at coloured text in all ways, whatever one way says."""

    def _is_clean(self, data: bytes) -> bool:
        return False


CODES = [
    b"\x1b[0m",
    b"\x1b[1;4m",
    b"\x1b[m",
    b"\x1b[K",
    b"\x1b]0;t\x07",
    b"\x1b]8;;u\x1b\\",
    b"\x1b",
    b"\x1b[3",
]
COLOURED = st.lists(
    st.sampled_from([*CODES, b"m", b"0", b"ab", b"c", b"[", b" ", b"\n"]), max_size=40
)
STARTS = st.sampled_from([b"", b"", b"m", b"0m", b"[m", b"1;4m", b"ab"])
INNER = st.text("m0abc ", min_size=1, max_size=30).map(str.encode)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.tuples(STARTS, INNER).map(b"".join), max_size=4), COLOURED.map(b"".join), st.data()
)
def test_what_one_view_calls_clean_holds_nothing(
    secrets: list[bytes], text: bytes, data: st.DataObject
) -> None:
    for secret in secrets:
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, len(secret)))
        code = data.draw(st.sampled_from(CODES))
        text = text[:at] + secret[:cut] + code + secret[cut:] + text[at:]
    assert Matcher(secrets).spans(text) == Thorough(secrets).spans(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(INNER, max_size=4), COLOURED)
def test_how_a_coloured_stream_is_cut_shows_no_more(
    secrets: list[bytes], pieces: list[bytes]
) -> None:
    matcher, whole = Matcher(secrets), b"".join(pieces)
    assert shown(matcher, *pieces) == shown(matcher, *bytewise(whole))


@settings(max_examples=400, deadline=None)
@given(COLOURED.map(b"".join), st.sampled_from([SEQUENCES, SPACES, BOTH]), st.data())
def test_places_counted_from_the_end_are_those_counted_from_the_start(
    text: bytes, gaps: Pattern[bytes], data: st.DataObject
) -> None:
    kept = len(gaps.sub(b"", text))
    length = data.draw(st.integers(1, kept)) if kept else 0
    if length:
        assert _from_end(text, length, gaps) == places(text, gaps)(kept - length)


def test_a_line_break_is_never_held_back() -> None:
    stream = Filter(Matcher([b"\n\tindented secret\n", *all_forms(CANARY)]))
    for line in (b"one\n", b"two \r\n", CANARY[:3] + b"\n", b"\t\n"):
        assert stream.feed(line) == line


def test_idling_shows_three_bytes_at_most_and_remembers_them() -> None:
    stream = Filter(Matcher([CANARY]))
    seen = b""
    for byte in bytewise(CANARY):
        seen += stream.feed(byte) + stream.idle() + stream.idle()
    assert seen + stream.feed(b"\n") == CANARY[:3] + MASK + b"\n"


def test_idling_shows_a_prompt_that_ends_like_a_secret_begins() -> None:
    stream = Filter(Matcher([b"?secret-value"]))
    assert stream.feed(b"Go on?") == b"Go on"
    assert stream.idle() == b"?"
    assert stream.idle() == b""
    assert stream.feed(b" yes\n") == b" yes\n"


def test_idling_does_not_show_a_secret_inside_of_what_may_be_a_longer_one() -> None:
    stream = Filter(Matcher([b"abcdefgh", b"bcd"]))
    assert stream.feed(b"abcd") == b""
    assert stream.idle() == b"a"
    assert stream.idle() == b""
    assert stream.finish() == MASK


def test_needles_added_later_hide_what_comes_later() -> None:
    stream = Filter(Matcher([]))
    before = stream.feed(CANARY + b"\n")
    stream.matcher = Matcher([CANARY])
    assert before + stream.feed(CANARY) == CANARY + b"\n" + MASK


def test_a_chain_of_overlapping_secrets_needs_no_memory() -> None:
    stream = Filter(Matcher([b"abab"]))
    seen = b"".join(stream.feed(b"ab" * 500) for _ in range(200))
    assert seen + stream.finish() == MASK
    assert len(stream._data) < 10


def test_white_space_without_end_needs_no_memory() -> None:
    stream = Filter(Matcher(all_forms(LONG)))
    stream.feed(LONG[:10])
    for _ in range(200):
        stream.feed(b" " * 1000)
    assert len(stream._data) < 5000


def test_random_bytes_pass_as_they_are() -> None:
    data = os.urandom(3_000_000)
    pieces = (data[at : at + 65_536] for at in range(0, len(data), 65_536))
    assert shown(Matcher(all_forms(CANARY)), *pieces) == data


LETTERS = st.binary(min_size=1, max_size=9).map(lambda raw: bytes(b"ab \n"[one % 4] for one in raw))
TEXTS = st.lists(LETTERS, max_size=12)
NARROW = st.lists(LETTERS, max_size=4)


@settings(max_examples=400, deadline=None)
@given(NARROW, TEXTS)
def test_no_stream_shows_a_secret(secrets: list[bytes], pieces: list[bytes]) -> None:
    seen = shown(Matcher(secrets), *pieces)
    kept = [one.strip() for one in secrets if one.strip()]
    assert not [one for one in kept if one in seen]


@settings(max_examples=400, deadline=None)
@given(NARROW, TEXTS)
def test_how_a_stream_is_cut_changes_nothing(secrets: list[bytes], pieces: list[bytes]) -> None:
    matcher, whole = Matcher(secrets), b"".join(pieces)
    assert shown(matcher, *pieces) == shown(matcher, whole) == shown(matcher, *bytewise(whole))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=8))
def test_a_stream_without_secrets_passes_as_it_is(pieces: list[bytes]) -> None:
    assert shown(Matcher(all_forms(CANARY)), *pieces) == b"".join(pieces)


SECRETS = st.text("abcXYZ019+/$'\"\\ &<%\u00e9\n", min_size=8, max_size=90)


@settings(max_examples=120, deadline=None)
@given(SECRETS, st.data())
def test_every_form_is_hidden_however_it_is_cut(text: str, data: st.DataObject) -> None:
    value = text.encode()
    every = {one.strip() for one in all_forms(value)} - {b""}
    if not every:
        return
    form = data.draw(st.sampled_from(sorted(every)))
    cuts = data.draw(st.lists(st.integers(0, len(form)), max_size=4).map(sorted))
    pieces = [form[a:b] for a, b in zip([0, *cuts], [*cuts, len(form)])]
    seen = shown(Matcher(every), b"<", *pieces, b">")
    assert not [one for one in every if len(one) <= 128 and one in seen.replace(MASK, b"\0")]
