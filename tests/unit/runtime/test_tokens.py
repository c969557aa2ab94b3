"""The fast search for tokens finds what the careful one finds."""

from __future__ import annotations

import pytest

from secguard.runtime.tokens import LONGEST, tokens
from secguard.secrets.scan import FORMATS, find
from tests.unit.secrets.samples import FORMAT_IDS, sample

TEXT = b"".join(
    b"line %d of a text: nothing=here, 'or' https://example.com/%d\n" % (n, n) for n in range(600)
)
SETTINGS_ONLY = {format.id for format in FORMATS if not format.marks}


def found(data: bytes, is_text: bool = True, is_settings: bool = False) -> list[tuple[int, str]]:
    return [
        (base + match.start, match.format.id) for base, match in tokens(data, is_text, is_settings)
    ]


@pytest.mark.parametrize("format_id", sorted({*FORMAT_IDS} - SETTINGS_ONLY))
@pytest.mark.parametrize("before", [b"", b"x ", TEXT])
def test_a_token_is_found_in_any_text(format_id: str, before: bytes) -> None:
    for seed in range(10):
        text = sample(format_id, seed)
        wanted = [match.format.id for match in find(f"x {text} y\n")]
        data = before + text.encode() + b" y\n" + TEXT
        assert [one for _, one in found(data)] == wanted


@pytest.mark.parametrize("format_id", FORMAT_IDS)
def test_in_settings_every_format_is_found(format_id: str) -> None:
    text = f"A=1\n{sample(format_id)}\nB=2\n"
    assert [one for _, one in found(text.encode(), is_settings=True)] == [
        match.format.id for match in find(text)
    ]


@pytest.mark.parametrize("format_id", ["github", "npm", "slack", "private-key", "stripe"])
def test_tokens_that_name_themselves_are_found_in_binaries(format_id: str) -> None:
    data = bytes(range(256)) * 9 + b"\0" + sample(format_id).encode() + b"\0" + bytes(5000)
    assert [one for _, one in found(data, is_text=False)] == [format_id]


def test_many_tokens_are_all_found_each_once() -> None:
    data = b"".join(
        sample("github", seed).encode()
        + b"\n"
        + TEXT[:2000]
        + b"\n"
        + sample("jwt", seed).encode()
        + b" "
        for seed in range(20)
    )
    places = found(data)
    assert [one for _, one in places].count("github") == 20
    assert [one for _, one in places].count("jwt") == 20
    assert len(set(places)) == len(places)


def test_no_format_is_longer_than_what_is_held_back() -> None:
    whole = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIE" * 4200
    assert len(whole) < LONGEST


def test_ordinary_text_has_none() -> None:
    assert found(TEXT) == []
    assert found(b"") == []
    assert found(b"a" * 200_000) == []
    assert found(b"/" * 50_000 + b"://" * 20_000) == []
