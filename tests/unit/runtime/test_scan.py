"""All files under some paths are searched, by one process or several, and nothing else."""

from __future__ import annotations

import gzip
import json
import os
import socket
from dataclasses import asdict
from pathlib import Path

import pytest

from secguard.runtime.files import list_files, open_file
from secguard.runtime.scan import Limits, Scanned, scan
from secguard.runtime.workers import share
from tests.unit.runtime.searching import NAME, VALUE, needles

NEEDLES = needles()


def limits(workers: int = 1, late: bool = False) -> Limits:
    return Limits(1 << 30, lambda: late, workers)


def plant(folder: Path, files: int) -> None:
    for number in range(files):
        path = folder / f"d{number % 7}" / f"{number:03}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"line\n" * number + (VALUE if number % 3 == 0 else b"nothing"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_several_processes_find_what_one_finds(tmp_path: Path) -> None:
    plant(tmp_path, 100)
    (tmp_path / VALUE.decode()).write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")
    one = scan([str(tmp_path)], NEEDLES, limits())
    many = scan([str(tmp_path)], NEEDLES, limits(3))
    assert len(one.hits) == 35
    assert (one.files, one.problems, len(one.closed)) == (101, [], 1)
    assert sorted(map(str, many.hits)) == sorted(map(str, one.hits))
    assert {**asdict(many), "hits": []} == {**asdict(one), "hits": []}


def test_lines_of_a_large_file_are_counted_whatever_is_found_where(tmp_path: Path) -> None:
    values = {f"V{number}_TOKEN": VALUE + b"%d" % number for number in range(9)}
    found = needles(False, b"", **values)
    data = b"".join(b"a line\r\n\n" * 30_000 + b"\tx " + value for value in values.values())
    (tmp_path / "log").write_bytes(data + b"a line\n" * 90_000)
    (tmp_path / "short").write_bytes(b"\n\n" + VALUE + b"3")
    hits = scan([str(tmp_path)], found, limits()).hits
    assert {hit.names[0]: hit.line for hit in hits[:-1]} == {
        name: data.count(b"\n", 0, data.index(value)) + 1 for name, value in values.items()
    }
    assert hits[-1].line == 3
    packed = gzip.compress(data)
    (tmp_path / "log").unlink()
    (tmp_path / "log.gz").write_bytes(packed)
    unpacked = scan([str(tmp_path / "log.gz")], found, limits()).hits
    assert [(hit.line, hit.offset) for hit in unpacked] == [
        (hit.line, hit.offset) for hit in hits[:-1]
    ]


def test_a_file_that_shrinks_meanwhile_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "log").write_bytes(b"line\n" * 200_000 + VALUE)
    monkeypatch.setattr(os, "pread", lambda handle, size, at: b"")
    (hit,) = scan([str(tmp_path)], NEEDLES, limits()).hits
    assert hit.offset == 1_000_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_worker_that_dies_is_a_problem_and_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, 100)
    monkeypatch.setattr(os, "read", lambda handle, size: os._exit(9))
    found = scan([str(tmp_path)], NEEDLES, limits(2))
    monkeypatch.undo()
    assert ["worker" in problem.message for problem in found.problems] == [True, True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_work_is_shared_and_each_number_is_done_once() -> None:
    results = share(5000, 3, lambda numbers: json.dumps(list(numbers)).encode())
    done = [number for data in results for number in json.loads(data or b"null")]
    assert sorted(done) == list(range(5000))
    assert share(0, 2, lambda numbers: b"x" * 300_000) == [b"x" * 300_000] * 2


def test_links_are_not_followed_out_and_what_is_no_file_is_told(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_bytes(VALUE)
    (inside / "there").symlink_to(outside / "secret.txt")
    (inside / "dir").symlink_to(outside)
    (inside / "fine").symlink_to("a.txt")
    (inside / "a.txt").write_bytes(b"nothing")
    (inside / "named").symlink_to(VALUE.decode())
    os.mkfifo(inside / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(inside / "socket"))
        found = scan([str(inside)], NEEDLES, limits())
    names = {Path(one.uri).name: one.why for one in found.closed if not one.is_file}
    assert names.keys() == {"there", "dir", "pipe", "socket"}
    assert (names["pipe"], names["socket"]) == ("a pipe", "a socket")
    assert [(hit.uri.rpartition("/")[2], hit.in_name) for hit in found.hits] == [("named", True)]
    assert found.files == 1


def test_a_link_that_the_user_names_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.txt").write_bytes(VALUE)
    (tmp_path / "dir").symlink_to("real")
    (tmp_path / "file").symlink_to("real/a.txt")
    for name in ("dir", "file"):
        found = scan([str(tmp_path / name)], NEEDLES, limits())
        assert [hit.names for hit in found.hits] == [(NAME,)]
        assert not found.problems


def test_what_is_not_there_or_closed_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "closed").write_bytes(VALUE)
    (tmp_path / "closed").chmod(0)
    missing = str(tmp_path / f"missing-{VALUE.decode()}")
    found = scan([str(tmp_path), missing], NEEDLES, limits())
    messages = {one.where.uri.rpartition("/")[2]: one.message for one in found.problems}
    assert messages["missing-****"] == "it cannot be read: no such file or directory"
    if os.geteuid() != 0:
        assert messages["closed"] == "it cannot be read: permission denied"


def test_a_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    listing = list_files([str(tmp_path)])
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic"):
        open_file(listing.files[0][0], False)


def test_when_the_time_is_over_the_rest_is_a_problem(tmp_path: Path) -> None:
    plant(tmp_path, 5)
    found = scan([str(tmp_path)], NEEDLES, limits(late=True))
    assert found.files == 0
    assert [one.message[:28] for one in found.problems] == ["5 files were not searched, s"]


def test_a_search_of_nothing_finds_nothing(tmp_path: Path) -> None:
    assert scan([str(tmp_path)], NEEDLES, limits(2)) == Scanned()
