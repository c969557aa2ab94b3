"""Running the job on this machine shows what it says and ends as it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import build_bundle, pack_orb, run_orb


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    pack_orb.stage(build_bundle.build(), folder / "staged")
    (folder / "orb.yml").write_text(pack_orb.dump(pack_orb.pack(folder / "staged")), "utf-8")
    return folder / "orb.yml"


def run(packed: Path, reports: Path, *argv: str) -> int:
    return run_orb.main(["--orb", str(packed), "--reports", str(reports), *argv])


def test_without_a_target_it_ends_well_if_all_is_as_it_should_be(
    packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(packed, tmp_path / "reports") == 0
    shown = capsys.readouterr().out
    assert "high[template-injection]" in shown
    last = shown.splitlines()[-1]
    assert last == f"=== exit statuses 0 and 1, as it should; reports: {tmp_path / 'reports'}"
    for name in ("project", "example"):
        assert (tmp_path / "reports" / name / "report.html").is_file()


def test_without_a_target_it_says_if_something_is_not_as_it_should_be(
    packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(packed, tmp_path / "reports", "-p", "fail_on=none") == 1
    assert "exit statuses 0 and 0, not as it should" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fail_on", "expected"), [("medium", 1), ("none", 0)], ids=["fails", "passes"]
)
def test_a_target_s_status_is_that_of_its_job(
    fail_on: str, expected: int, packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, reports = str(run_orb.EXAMPLE), tmp_path / "reports"
    assert run(packed, reports, target, "-p", f"fail_on={fail_on}") == expected
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"=== exit status {expected}; reports: {reports}"
    assert (reports / "junit" / "secguard.xml").is_file()


def test_a_target_may_be_a_file(
    packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = run_orb.EXAMPLE / ".circleci" / "config.yml"
    assert run(packed, tmp_path / "reports", str(config)) == 1
    assert "--> config.yml:" in capsys.readouterr().out


def test_what_is_not_yaml_is_not_passed(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("version: [", encoding="utf-8")
    assert run(packed, tmp_path / "reports", str(tmp_path / "config.yml")) == 3


def test_a_target_that_is_not_there_is_a_mistake(packed: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        run(packed, tmp_path / "reports", str(tmp_path / "nowhere"))
