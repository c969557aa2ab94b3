"""Unpacking compiles ahead, starting uses it, and neither depends on the other."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.orb import needs
from tests.tools import interpreters
from tools import build_bundle, pack_orb
from tools.verify_bundle import carried

CONFIG = pack_orb.ROOT / "examples" / "webshop" / ".circleci" / "config.yml"


class Installed:
    """One unpacked bundle, in a folder of its own."""

    def __init__(self, python: Path, orb: dict[str, Any], folder: Path, **variables: str) -> None:
        self.python, self.orb, self.folder = python, orb, folder
        (folder / "tmp").mkdir()
        self.variables = {
            "TMPDIR": str(folder / "tmp"),
            "BASH_ENV": str(folder / "bash-env"),
            "PATH": os.environ["PATH"],
            **variables,
        }
        done = self.run("install", "SECGUARD_BOOT")
        assert done.returncode == 0, done.stderr
        (self.pyz,) = folder.glob("tmp/secguard-*/secguard.pyz")

    def run(self, command: str, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a script of one of the orb's commands; returns when nobody holds its output."""
        given = dict(carried(self.orb))["check"]
        if command != "install":
            given = self.orb["commands"][command]["steps"][0]["run"]["environment"]
        own = {name: text for name, text in given.items() if "<<" not in text or name == script}
        return subprocess.run(
            [str(self.python), "-I", "-S", "-X", "utf8", "-c", own[script]],
            env={**self.variables, **own, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def check(self, **variables: str) -> tuple[int, str, dict[str, bytes]]:
        """Check the example; give the exit status, the output and the reports."""
        reports = self.folder / f"reports-{len(list(self.folder.iterdir()))}"
        given = {
            "PYZ_CHECK": str(self.pyz),
            "CHECK_PATHS": str(CONFIG),
            "CHECK_REPORT_DIR": str(reports),
        }
        given = {f"SECGUARD_{name}": text for name, text in given.items()}
        done = self.run("check", "SECGUARD_START", **given, **variables)
        written = {path.name: path.read_bytes() for path in reports.rglob("*.*") if path.is_file()}
        return done.returncode, done.stdout + done.stderr, written

    @property
    def kept(self) -> list[Path]:
        """The compiled modules, if they are there already."""
        return list(self.pyz.parent.glob("secguard.pyz.*"))

    def wait(self) -> Path:
        """Give the compiled modules as soon as they are there."""
        until = time.monotonic() + 60
        while not self.kept and time.monotonic() < until:
            time.sleep(0.02)
        (found,) = self.kept
        return found


@pytest.mark.parametrize("version", interpreters.SUPPORTED)
def test_reports_are_the_same_with_and_without_compiled_modules(
    version: str, orb: dict[str, Any], tmp_path: Path
) -> None:
    installed = Installed(needs.python(version), orb, tmp_path)
    kept = installed.wait()
    with_kept = installed.check()
    assert sorted(with_kept[2]) == ["report.html", "report.json", "report.sarif", "secguard.xml"]
    assert with_kept == installed.check(SECGUARD_NO_CACHE="1")
    kept.write_bytes(kept.read_bytes()[:-1])
    assert with_kept == installed.check()
    kept.unlink()
    assert with_kept == installed.check()
    assert with_kept[0] == 1


def test_compiled_modules_are_what_runs(orb: dict[str, Any], tmp_path: Path) -> None:
    python = needs.python("3.11")
    installed = Installed(python, orb, tmp_path)
    installed.wait()
    code = f"import sys; sys.path.insert(0, {str(installed.pyz)!r}); sys.argv[1:] = ['--version']\n"
    code += "from secguard.__main__ import start; start(); from secguard import cli\n"
    code += "print(type(cli.__loader__).__name__)"
    for variables, loader in (({}, "Compiled"), ({"SECGUARD_NO_CACHE": "1"}, "zipimporter")):
        done = subprocess.run(
            [str(python), "-I", "-S", "-c", code], env=variables, capture_output=True, text=True
        )
        assert done.stdout.split()[-1] == loader, done.stderr


def test_nothing_is_compiled_where_that_is_not_wanted(orb: dict[str, Any], tmp_path: Path) -> None:
    installed = Installed(needs.python("3.11"), orb, tmp_path, SECGUARD_NO_CACHE="1")
    assert installed.check()[0] == 1
    assert installed.kept == []


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Give an orb whose compiling takes longer than anybody waits, and says where it runs."""
    files = build_bundle.members()
    pid = tmp_path / "pid"
    files["secguard/bytecode.py"] = f"""
import os, time
def write(bundle):
    held = [os.path.realpath("/dev/fd/%d" % number) for number in range(3)]
    session = os.getsid(0) == os.getpid()
    with open({str(tmp_path / "new")!r}, "w") as file:
        file.write("%d %s %s %d" % (os.getpid(), session, held == [os.devnull] * 3, os.nice(0)))
    os.replace({str(tmp_path / "new")!r}, {str(pid)!r})
    time.sleep(600)
"""
    bundle = build_bundle.bundle(build_bundle.chosen(files, build_bundle.PURPOSES["check"]))
    pack_orb.stage(dict.fromkeys(build_bundle.PURPOSES, bundle), tmp_path / "slow")
    yield pack_orb.pack(tmp_path / "slow")
    os.kill(int(pid.read_text(encoding="utf-8").split()[0]), signal.SIGKILL)


def test_the_step_does_not_wait_for_what_it_started(slow: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "installed"
    folder.mkdir()
    installed = Installed(needs.python("3.11"), slow, folder)
    while not (tmp_path / "pid").exists():
        time.sleep(0.02)
    started = (tmp_path / "pid").read_text(encoding="utf-8").split()
    assert started[1:] == ["True", "True", "19"]
    assert installed.kept == []
    os.kill(int(started[0]), 0)


def test_a_changed_bundle_is_not_started(orb: dict[str, Any], tmp_path: Path) -> None:
    installed = Installed(needs.python("3.11"), orb, tmp_path)
    with installed.pyz.open("ab") as file:
        file.write(b"#")
    status, output, reports = installed.check()
    assert (status, reports) == (3, {})
    assert output == (
        f"secguard: {installed.pyz} is gone or changed: its SHA-256 is not the one of this orb\n"
    )


def test_a_bundle_that_is_gone_is_told_apart_from_findings(
    orb: dict[str, Any], tmp_path: Path
) -> None:
    installed = Installed(needs.python("3.11"), orb, tmp_path, SECGUARD_NO_CACHE="1")
    installed.pyz.unlink()
    status, output, _ = installed.check()
    assert status == 3
    assert "is gone or changed" in output
