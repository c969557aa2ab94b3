"""Archives of every kind give their members, and what stands beside them."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.runtime.archives import Member, ar, git_pack, is_tar, tar, zip_file
from secguard.runtime.stream import Budget, Damaged, Stream

FILES = {"a.txt": b"first", "dir/b.bin": bytes(range(256)) * 9, "empty": b"", "odd": b"x" * 513}
LONG = "d" * 90 + "/" + "e" * 90 + "/" + "f" * 120


def budget() -> Budget:
    return Budget(1 << 20, 1 << 40, lambda: False)


def read(members: Iterator[Member]) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = {}
    for member in members:
        data = b"".join(member.stream.rest()) if member.stream else None
        found[member.name.decode()] = data
    return found


def stream(data: bytes) -> Stream:
    return Stream(io.BytesIO(data).read)


def tarred(format: int, files: dict[str, bytes], **extra: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.pax_headers = dict(extra)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "points/somewhere"
        archive.addfile(link)
    return out.getvalue()


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_gives_its_members(format: int) -> None:
    files = dict(FILES)
    if format != tarfile.USTAR_FORMAT:
        files[LONG] = b"long"
    beside: list[bytes] = []
    data = tarred(format, files)
    assert is_tar(data[:512])
    assert read(tar(stream(data), beside.append)) == {**files, "link": b""}
    assert b"points/somewhere" in b"".join(beside)


def test_what_extended_headers_say_is_given_beside_the_members() -> None:
    beside: list[bytes] = []
    data = tarred(tarfile.PAX_FORMAT, FILES, comment="a word in a header")
    assert read(tar(stream(data), beside.append)).keys() == {*FILES, "link"}
    assert b"a word in a header" in b"".join(beside)


def test_text_is_no_tar() -> None:
    assert not is_tar(b"0" * 512)
    assert not is_tar(b"12345678" * 64)
    assert not is_tar(bytes(512))
    assert not is_tar(tarred(tarfile.GNU_FORMAT, FILES)[:511])


def zipped(method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
        archive.comment = b"a word in a comment"
    return out.getvalue()


def through_a_pipe() -> bytes:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    return out.data


@pytest.mark.parametrize(
    "make",
    [
        zipped,
        lambda: zipped(zipfile.ZIP_DEFLATED),
        lambda: zipped(zipfile.ZIP_BZIP2),
        through_a_pipe,
        lambda: b"#!/usr/bin/env python3\n" + zipped(zipfile.ZIP_DEFLATED),
    ],
    ids=["stored", "deflated", "bzip2", "sizes after the data", "with a line before it"],
)
def test_a_zip_gives_its_members(make: Callable[[], bytes]) -> None:
    data = make()
    source = stream(data)
    assert read(zip_file(source, lambda data: None, budget())) == FILES
    assert source.peek(4) == b"PK\1\2"


def test_a_member_that_cannot_be_read_says_why_and_the_others_are_read() -> None:
    data = bytearray(zipped())
    data[6] |= 1
    found = list(zip_file(stream(bytes(data)), lambda data: None, budget()))
    assert [one.why for one in found] == ["it is encrypted", "", "", ""]
    lzma = zipped(zipfile.ZIP_LZMA)
    found = list(zip_file(stream(lzma), lambda data: None, budget()))
    assert {one.why for one in found} == {"this Python cannot read its compression"}


@pytest.mark.skipif(not shutil.which("ar"), reason="no ar here")
def test_an_ar_gives_its_members(tmp_path: Path) -> None:
    for name in ("a.txt", "odd"):
        (tmp_path / name).write_bytes(FILES[name])
    subprocess.run(["ar", "rc", "x.a", "a.txt", "odd"], cwd=tmp_path, check=True)
    found = read(ar(stream((tmp_path / "x.a").read_bytes())))
    assert {name: FILES[name] for name in ("a.txt", "odd")}.items() <= found.items()


@pytest.mark.skipif(not shutil.which("git"), reason="no git here")
def test_a_pack_gives_its_objects_and_what_differences_add(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    text = "".join(f"line {number}\n" for number in range(3000))
    for version in ("one", "a-word-that-was-added"):
        (tmp_path / "file").write_text(text + version)
        git("add", "file")
        git("commit", "-q", "-m", version)
    git("gc", "-q", "--aggressive")
    (pack,) = (tmp_path / ".git/objects/pack").glob("*.pack")
    found = read(git_pack(stream(pack.read_bytes()), budget()))
    assert len(found) == 6
    contents = [data or b"" for data in found.values()]
    assert any(b"a-word-that-was-added" in data for data in contents)
    assert sum(len(data) > 20_000 for data in contents) == 1


@pytest.mark.parametrize("reader", ["tar", "zip", "ar", "pack"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_broken_archive_is_damaged_and_nothing_else(reader: str, data: st.DataObject) -> None:
    whole = {
        "tar": tarred(tarfile.PAX_FORMAT, FILES, comment="x"),
        "zip": through_a_pipe(),
        "ar": b"!<arch>\n" + b"a/".ljust(48) + b"5".ljust(10) + b"`\nhello\n",
        "pack": b"PACK\0\0\0\2\0\0\0\1\x33x\x9cKLJ\x06\0\2M\1'",
    }[reader]
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    source = stream(bytes(broken[: data.draw(st.integers(0, len(broken)))]))
    members = {
        "tar": lambda: tar(source, lambda data: None),
        "zip": lambda: zip_file(source, lambda data: None, budget()),
        "ar": lambda: ar(source),
        "pack": lambda: git_pack(source, budget()),
    }[reader]()
    try:
        for member in members:
            if member.stream:
                for _ in member.stream.rest():
                    pass
    except Damaged:
        pass


@pytest.mark.skipif(not shutil.which("tar"), reason="no tar here")
def test_a_tar_with_holes_gives_what_is_around_them(tmp_path: Path) -> None:
    with (tmp_path / "holes").open("wb") as file:
        for number in range(40):
            file.seek(number << 20)
            file.write(b"a word behind a hole %02d" % number)
    made = subprocess.run(
        ["tar", "--format=gnu", "-S", "-cf", "x.tar", "holes"], cwd=tmp_path, check=False
    )
    if made.returncode:
        pytest.skip("this tar knows no holes")
    (data,) = read(tar(stream((tmp_path / "x.tar").read_bytes()), lambda data: None)).values()
    assert data is not None
    assert data.count(b"a word behind a hole") == 40


def test_the_size_of_a_large_member_stands_in_its_extended_header() -> None:
    data = bytearray(tarred(tarfile.PAX_FORMAT, {"a": b"hello"}, size="5"))
    place = data.index(b"a\0", 512)
    header = data[place : place + 512]
    header[124:136] = b"0" * 11 + b"\0"
    total = sum(header[:148]) + sum(header[156:]) + 8 * 32
    header[148:156] = b"%06o\0 " % total
    data[place : place + 512] = header
    assert read(tar(stream(bytes(data)), lambda data: None))["a"] == b"hello"


def test_a_zip_for_large_members_gives_them() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        with archive.open("a", "w", force_zip64=True) as member:
            member.write(b"hello")
    assert read(zip_file(stream(out.getvalue()), lambda data: None, budget())) == {"a": b"hello"}


@pytest.mark.parametrize(("flag", "method"), [(1, 8), (0, 0)])
def test_a_member_without_an_end_ends_the_zip(flag: int, method: int) -> None:
    data = bytearray(through_a_pipe())
    data[6] |= flag
    data[8] = method
    with pytest.raises(Damaged, match="not known"):
        list(zip_file(stream(bytes(data)), lambda data: None, budget()))


def test_headers_that_promise_too_much_are_damage() -> None:
    long = tarred(tarfile.GNU_FORMAT, {LONG * 9: b""})
    header = bytearray(long[:512])
    header[124:136] = b"77777777777\0"
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:]) + 8 * 32)
    with pytest.raises(Damaged, match="too long"):
        list(tar(stream(bytes(header)), lambda data: None))
    with pytest.raises(Damaged, match="ends early"):
        list(zip_file(stream(zipped()[:40]), lambda data: None, budget()))
    with pytest.raises(Damaged, match="is damaged"):
        list(git_pack(stream(b"PACK\0\0\0\2\0\0\0\1\x5f"), budget()))
    with pytest.raises(Damaged, match="is damaged"):
        list(ar(stream(b"!<arch>\n" + b"x" * 60)))
