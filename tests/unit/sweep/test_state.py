"""Records: written line by line, read back whole, and never half."""

from __future__ import annotations

from pathlib import Path

import pytest

from secguard.access.estate import Use
from secguard.errors import UsageError
from secguard.finding import Confidence, Finding, Location, Problem, Severity, Span, Suppression
from secguard.sweep.plan import make_plan
from secguard.sweep.record import Facts, Record, Unreadable, read_record
from secguard.sweep.state import State

PLAN = make_plan("gh/acme", "2026-11-25", ["gh/acme/a", "gh/acme/b", "gh/acme/c"], {})
FOUND = Finding(
    "curl-pipe-shell",
    Severity.HIGH,
    Confidence.MEDIUM,
    "the script 'x' \u2028 is run",
    Location("gh/acme/a/.circleci/config.yml", Span(1, 2, 3, 4), ("jobs", "a"), "here"),
    (Location("context:prod"),),
    "a hint",
    subject="x",
    exposure="prod",
    occurrence=2,
)
RECORD = Record(
    "gh/acme/a",
    (FOUND,),
    (Suppression(FOUND, "comment", "known"),),
    (Problem(Location("project:gh/acme/a"), "not read", "try again", "a-rule", True),),
    Facts("id-1", True, True, None, False, (("NPM_TOKEN", "0123456789abcdef"),)),
    (
        Use(
            "gh/acme/a",
            "prod",
            True,
            "deploy",
            Location("c", Span(1, 2, 3, 4)),
            "x",
            True,
            False,
            "",
        ),
    ),
    1.5,
)


def _write(state: State, index: int, *records: Record) -> None:
    writer = state.writer(PLAN, index)
    for record in records:
        writer.write(record)
    writer.close()


def test_a_record_is_the_same_when_read_back() -> None:
    line = RECORD.written()
    assert line.count("\n") == 1
    assert read_record(line) == RECORD


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", "null", '{"slug": 1}', RECORD.written()[:-9], "[" * 100_000]
)
def test_what_is_no_record_is_refused(line: str) -> None:
    with pytest.raises(Unreadable):
        read_record(line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"seconds":1.5', '"seconds":NaN'),
        ('"seconds":1.5', f'"seconds":{"9" * 400}'),
        ('"occurrence":2', '"occurrence":Infinity'),
        ("[1,2,3,4]", "[1,2,3,1e999]"),
        ("[1,2,3,4]", "7"),
    ],
)
def test_numbers_that_are_none_are_refused(old: str, new: str) -> None:
    assert old in RECORD.written()
    with pytest.raises(Unreadable):
        read_record(RECORD.written().replace(old, new))


def test_a_project_that_was_not_wholly_read_counts_until_it_is(tmp_path: Path) -> None:
    state = State(tmp_path)
    problem = Problem(Location("project:gh/acme/a"), "no answer")
    tried = [Record("gh/acme/a", problems=(problem,), seconds=float(n)) for n in range(2)]
    _write(state, 0, *tried, Record("gh/acme/b"))
    assert [(one.slug, one.whole) for one in state.records(PLAN)] == [
        ("gh/acme/b", True),
        ("gh/acme/a", False),
    ]
    _write(state, 1, Record("gh/acme/a", seconds=9.0), *tried)
    found = {one.slug: one for one in state.records(PLAN)}
    assert (found["gh/acme/a"].seconds, len(found)) == (9.0, 2)


def test_costs_that_are_none_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "costs.json"
    odd = f'"a": {"9" * 400}, "b": NaN, "c": Infinity, "d": true, "e": -1, "f": "1", "g": 1e300'
    path.write_text(f'{{{odd}, "h": 2}}')
    assert State(tmp_path).costs(None) == {"h": 2.0}


def test_all_nodes_are_read_and_each_project_once(tmp_path: Path) -> None:
    state = State(tmp_path / "sweep")
    _write(state, 0, RECORD, Record("gh/acme/b"))
    _write(state, 1, Record("gh/acme/b"), Record("gh/acme/c"), Record("gh/other/z"))
    found = [record.slug for record in state.records(PLAN)]
    assert found == ["gh/acme/a", "gh/acme/b", "gh/acme/c"]


def test_a_line_that_broke_off_is_written_again(tmp_path: Path) -> None:
    state = State(tmp_path)
    _write(state, 0, RECORD, Record("gh/acme/b"))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-5])
    assert [record.slug for record in state.records(PLAN)] == ["gh/acme/a"]
    _write(state, 0, Record("gh/acme/b", seconds=2.0))
    found = list(state.records(PLAN))
    assert [record.slug for record in found] == ["gh/acme/a", "gh/acme/b"]
    assert found[1].seconds == 2.0


def test_a_damaged_line_costs_only_its_own_project(tmp_path: Path) -> None:
    state = State(tmp_path)
    _write(state, 0, RECORD, Record("gh/acme/b"))
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"\xff\xfe{}\n" + path.read_bytes())
    assert [record.slug for record in state.records(PLAN)] == ["gh/acme/a", "gh/acme/b"]


def test_records_of_another_plan_do_not_count(tmp_path: Path) -> None:
    state = State(tmp_path)
    _write(state, 0, RECORD)
    other = make_plan("gh/acme", "2026-11-26", ["gh/acme/a"], {})
    assert list(state.records(other)) == []


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    aim = tmp_path / "aim"
    aim.write_text("precious")
    state = State(tmp_path / "state")
    _write(state, 0)
    (path,) = state.folder.iterdir()
    path.unlink()
    path.symlink_to(aim)
    with pytest.raises(Exception, match="cannot write"):
        state.writer(PLAN, 0)
    assert aim.read_text() == "precious"


def test_a_folder_without_a_plan_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no plan") as caught:
        State(tmp_path).plan()
    assert "sweep plan" in caught.value.hint
