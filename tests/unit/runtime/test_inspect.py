"""Secrets are found in archives of every kind, nested; what stays closed is told."""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import lzma
import shutil
import subprocess
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Callable

import pytest

from secguard.runtime.content import Hit
from secguard.runtime.inspect import Closed, Inspector
from tests.unit.runtime.searching import NAME, VALUE, needles
from tests.unit.secrets.samples import sample

LINE = b"first\nsecret = " + VALUE + b"\n"
NEEDLES = needles()


def tarred(data: bytes, name: str = "in.tar") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(data: bytes, name: str = "in.zip", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def ar(data: bytes) -> bytes:
    odd = b"\n" * (len(data) % 2)
    return b"!<arch>\n" + b"in.ar/".ljust(48) + b"%-10d`\n" % len(data) + data + odd


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "tar": tarred,
    "zip": zipped,
    "stored zip": lambda data: zipped(data, method=zipfile.ZIP_STORED),
    "ar": ar,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
TRIPLES = list(itertools.product(PACKERS, repeat=3))


def look(
    data: bytes, name: str = "x", most: int = 1 << 30, found: object = NEEDLES
) -> tuple[list[Hit], list[Closed]]:
    inspector = Inspector(found, most, lambda: False)  # type: ignore[arg-type]
    inspector.look(name, io.BytesIO(data).read, len(data))
    return inspector.hits, inspector.closed


@pytest.mark.parametrize("kinds", TRIPLES, ids=" in ".join)
def test_a_secret_is_found_in_archives_in_archives_in_archives(kinds: tuple[str, ...]) -> None:
    data = LINE
    for kind in kinds:
        data = PACKERS[kind](data)
    hits, closed = look(data)
    assert closed == []
    assert [(hit.names, hit.line, hit.column) for hit in hits] == [((NAME,), 2, 10)]
    with_names = [kind for kind in kinds if kind not in ("gzip", "bzip2", "xz")]
    assert hits[0].uri.count("!") == len(with_names)


def test_the_way_to_a_secret_is_named() -> None:
    layer = gzip.compress(tarred(zipped(LINE, "app/cfg.py"), "usr/app.whl"))
    hits, _ = look(tarred(layer, "blobs/sha256/0a1b"), "image.tar")
    assert hits[0].uri == "image.tar!blobs/sha256/0a1b!usr/app.whl!app/cfg.py"


def test_a_name_in_an_archive_is_masked_and_told_once() -> None:
    for pack in (tarred, zipped):
        hits, _ = look(pack(b"nothing", f"dir/{VALUE.decode()}.txt"), "x.arc")
        assert [(hit.uri, hit.names, hit.in_name) for hit in hits] == [
            ("x.arc!dir/****.txt", (NAME,), True)
        ]


def test_what_stands_beside_the_members_is_searched() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", b"")
        archive.comment = VALUE
    link = io.BytesIO()
    with tarfile.open(fileobj=link, mode="w") as tar:
        info = tarfile.TarInfo("link")
        info.type, info.linkname = tarfile.SYMTYPE, VALUE.decode()
        tar.addfile(info)
    named = io.BytesIO()
    with gzip.GzipFile(VALUE.decode(), "wb", fileobj=named) as stream:
        stream.write(b"nothing")
    for data in (out.getvalue(), link.getvalue(), named.getvalue(), tarred(b"") + VALUE):
        hits, closed = look(data)
        assert [(hit.uri, hit.names, hit.offset) for hit in hits] == [("x", (NAME,), -1)]
        assert not closed


def test_an_object_of_git_is_looked_into() -> None:
    data = zlib.compress(b"blob 5\0" + LINE)
    assert look(data, f".git/objects/ab/{'c' * 38}")[0][0].names == (NAME,)
    assert look(data, "picture")[0] == []


@pytest.mark.skipif(not shutil.which("git"), reason="no git here")
def test_a_secret_in_the_history_of_git_is_found(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    for text in (LINE, b"gone\n"):
        (tmp_path / "file").write_bytes(text)
        git("add", "file")
        git("commit", "-q", "-m", "x")
    git("gc", "-q")
    (pack,) = (tmp_path / ".git/objects/pack").glob("*.pack")
    hits, closed = look(pack.read_bytes(), pack.name)
    assert [hit.names for hit in hits] == [(NAME,)]
    assert "!object at " in hits[0].uri
    assert not closed


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x28\xb5\x2f\xfd" + bytes(99), "nothing here reads zstd"),
        (b"7z\xbc\xaf'\x1c" + bytes(99), "nothing here reads 7z"),
        (b"Rar!\x1a\x07\1\0" + bytes(99), "nothing here reads RAR"),
        (gzip.compress(LINE)[:-9], "it ends early"),
        (tarred(b"x" * 2000)[:1600], "it ends early"),
        (tarred(b"")[:512] + b"garbage" * 200, "it is damaged"),
    ],
    ids=["zstd", "7z", "RAR", "short gzip", "short tar", "broken tar"],
)
def test_what_cannot_be_looked_into_is_told_and_searched_as_it_is(data: bytes, why: str) -> None:
    hits, closed = look(data if "early" in why else data + b"\n" + VALUE)
    assert why in {one.why for one in closed}
    assert "early" in why or [hit.names for hit in hits] == [(NAME,)]


def test_an_encrypted_member_is_told_and_the_others_are_searched() -> None:
    data = bytearray(zipped(LINE, "a.txt", zipfile.ZIP_STORED))
    second = zipped(LINE, "b.txt")
    data[6] |= 1
    end = data.index(b"PK\1\2")
    hits, closed = look(bytes(data[:end]) + second)
    assert [(one.uri, one.why) for one in closed] == [("x!a.txt", "it is encrypted")]
    assert [hit.uri for hit in hits] == ["x!b.txt"]


def test_what_was_read_before_damage_is_searched() -> None:
    data = gzip.compress(LINE * 20_000 + bytes(range(256)) * 100)
    hits, closed = look(data[: len(data) - 20])
    assert hits[0].names == (NAME,)
    assert closed == [Closed("x", "it ends early")]


def test_limits_stop_bombs_and_are_told() -> None:
    bomb = zipped(bytes(300 << 20), "zeros")
    for data, most in ((bomb, 1 << 30), (tarred(bomb), 1 << 30), (tarred(LINE * 9), 600)):
        closed = look(data, "x", most)[1]
        assert closed[-1].uri == "x"
        assert "times its size" in closed[-1].why or "--max-bytes" in closed[-1].why


def test_archives_are_opened_ten_layers_deep_and_no_deeper() -> None:
    data = LINE
    for _ in range(10):
        data = gzip.compress(data)
    assert look(data)[0]
    hits, closed = look(gzip.compress(data))
    assert not hits
    assert closed == [Closed("x", "it is nested too deep")]


def test_settings_show_tokens_that_their_variable_names() -> None:
    data = sample("circleci-legacy").encode()
    found = needles(formats=True)
    assert look(data, "a/.env", found=found)[0]
    assert not look(data, "a/notes", found=found)[0]
