"""`secguard scan` finds a job's secrets wherever they were written, and shows none of them."""

from __future__ import annotations

import base64
import gzip
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.scanned import CANARY, SECGUARD, environment, findings, scan, shown
from tests.unit.runtime.leaks import LEAKS, secrets
from tests.unit.secrets.samples import sample

FORMATS = ("text", "json", "sarif", "junit", "html")


def test_a_clean_folder_passes_and_says_what_was_searched(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing")
    done = scan(tmp_path)
    assert done.returncode == 0
    assert "searched 1 files and 0 members of archives" in done.stdout
    assert "secrets in 1 variables" in done.stdout


def test_a_secret_is_found_in_every_form(tmp_path: Path) -> None:
    values = secrets(40)
    for name, leak in LEAKS.items():
        for number, value in enumerate(values):
            path = tmp_path / name.replace("/", "-") / str(number)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"something before it\n" + leak(value) + b"\nand after\n")
    env = environment(**{f"V{number}_TOKEN": value for number, value in enumerate(values)})
    found = {
        (one["where"]["uri"], one["subject"])
        for one in findings(tmp_path, "--ignore", "token-in-file", env=env)
    }
    wanted = {
        (f"{name.replace('/', '-')}/{number}", f"V{number}_TOKEN")
        for name in LEAKS
        for number in range(40)
    }
    assert len(wanted & found) >= 0.99 * len(wanted), sorted(wanted - found)
    assert found <= wanted


def test_a_secret_is_found_in_what_real_programs_store(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        "import os\ndef test_it(): assert os.environ['SHOP_TOKEN'] == '<&>'\n"
    )
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--junitxml=junit.xml", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=environment(SHOP_TOKEN=CANARY + "<&\"'>"),
        check=False,
        capture_output=True,
    )
    auth = base64.b64encode(f"bot:{CANARY}<&\"'>".encode()).decode()
    (tmp_path / "config.json").write_text(json.dumps({"auths": {"r.io": {"auth": auth}}}))
    found = findings(
        tmp_path, "--select", "secret-in-file", env=environment(SHOP_TOKEN=CANARY + "<&\"'>")
    )
    places = {one["where"]["uri"]: one["message"] for one in found}
    assert places.keys() >= {"junit.xml", "config.json"}
    assert places["config.json"].endswith("as base64")


def test_a_secret_is_found_in_an_image_that_docker_saved(tmp_path: Path) -> None:
    def tarred(**files: bytes) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return out.getvalue()

    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app/settings.py", f"TOKEN = {CANARY!r}\n")
    layer = gzip.compress(tarred(**{"usr/app.whl": wheel.getvalue()}))
    image = tarred(**{"blobs/sha256/0a": layer, "manifest.json": b"[]"})
    (tmp_path / "image.tar").write_bytes(image)
    (one,) = findings(tmp_path)
    assert one["where"]["uri"] == "image.tar!blobs/sha256/0a!usr/app.whl!app/settings.py"
    assert one["where"]["span"]["line"] == 1


def plant_everything(folder: Path) -> None:
    (folder / f"name-{CANARY}.txt").write_text(CANARY)
    (folder / CANARY).mkdir()
    (folder / CANARY / "a").write_text(base64.b64encode(CANARY.encode()).decode())
    (folder / f"{CANARY.encode().hex()}.gz").write_bytes(gzip.compress(CANARY.encode())[:-4])
    (folder / "link").symlink_to(f"/nowhere/{CANARY}")
    (folder / "7z").write_bytes(b"7z\xbc\xaf'\x1c" + CANARY.encode())
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        archive.writestr(f"in/{CANARY}", sample("github"))
    for name, leak in LEAKS.items():
        (folder / name.replace("/", "-")).write_bytes(leak(CANARY))


def test_no_report_shows_a_secret_in_any_form(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    plant_everything(folder)
    arguments = ("out", f"missing-{CANARY}", "--strict", "--report-dir", "reports")
    for format in FORMATS:
        done = scan(tmp_path, *arguments, "--output-format", format, "--color", "always")
        assert done.returncode == 3
        assert "missing-" in done.stdout
        assert shown(done.stdout + done.stderr, CANARY, sample("github")) == []
    written = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert len(written) == 4
    for path in written:
        assert shown(path.read_text("utf-8"), CANARY, sample("github")) == []


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")
def test_no_secret_leaves_the_process(tmp_path: Path) -> None:
    folder, trace = tmp_path / "out", tmp_path / "trace"
    folder.mkdir()
    for number in range(70):
        (folder / f"{number}.txt").write_text(f"a line\n{CANARY}\n")
    for name, leak in LEAKS.items():
        (folder / name.replace("/", "-")).write_bytes(leak(CANARY))
    calls = "trace=write,writev,pwrite64,sendto,sendmsg,open,openat,mkdir,rename,execve,prlimit64"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-s", "1000000", "-e", calls, "-o", str(trace), *SECGUARD, "out"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 1
    seen = trace.read_text("utf-8", "replace")
    assert "clone" in seen or len({line.split()[0] for line in seen.splitlines()}) > 2
    assert "RLIMIT_CORE, {rlim_cur=0, rlim_max=0}" in seen
    assert shown(seen, CANARY) == []
    written = [line for line in seen.splitlines() if "O_WRONLY" in line or "O_RDWR" in line]
    assert all("/dev/" in line or "__pycache__" in line for line in written)


def test_trees_without_secrets_give_nothing(tmp_path: Path) -> None:
    library = Path(json.__file__).parents[1]
    parts = [library / name for name in ("email", "encodings", "idlelib", "asyncio", "unittest")]
    env = environment(**{f"V{n}_TOKEN": value for n, value in enumerate(secrets(40))})
    done = scan(tmp_path, *map(str, parts), env=env)
    assert done.returncode == 0, done.stdout
    assert "No findings" in done.stdout and "searched" in done.stdout


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"{number}.txt").write_text(CANARY if number % 5 == 0 else "nothing")
    runs = [scan(tmp_path, ".", "--workers", count).stdout for count in ("1", "2", "3", "2")]
    assert runs[0].count(" --> ") == 24
    assert len(set(runs)) == 1


def test_options_say_what_a_secret_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{CANARY} and plain-text")
    env = {**environment(), "COLOR": "plain-text"}
    assert [one["subject"] for one in findings(tmp_path, env=env)] == ["SHOP_TOKEN"]
    assert findings(tmp_path, "--not-secret", "SHOP_TOKEN", env=env) == []
    found = findings(tmp_path, "--secret", "COLOR", env=env)
    assert {one["subject"] for one in found} == {"COLOR", "SHOP_TOKEN"}


def test_a_secret_that_is_not_there_is_not_passed(tmp_path: Path) -> None:
    done = scan(tmp_path, ".", "--secret", "OTHER")
    assert done.returncode == 3
    assert "env:OTHER" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((".",), 1),
        ((".", "--fail-on", "none"), 0),
        ((".", "--ignore", "secret-in-file"), 0),
        ((".", "missing"), 3),
        ((".", "--max-bytes", "3"), 1),
        (("",), 2),
        ((".", "--select", "no-such-rule"), 2),
        ((".", "--workers", "0"), 2),
    ],
)
def test_the_exit_status_says_how_it_went(
    tmp_path: Path, arguments: tuple[str, ...], status: int
) -> None:
    (tmp_path / "a.txt").write_text(CANARY)
    assert scan(tmp_path, *arguments).returncode == status


def test_what_was_not_looked_into_fails_by_default(tmp_path: Path) -> None:
    (tmp_path / "a.7z").write_bytes(b"7z\xbc\xaf'\x1c")
    done = scan(tmp_path)
    assert done.returncode == 1
    assert "medium[not-inspected]: this was not searched to its end" in done.stdout


def test_a_value_in_too_many_files_is_one_finding(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}").write_text(CANARY)
    (one,) = findings(tmp_path)
    assert one["message"] == "the value of 'SHOP_TOKEN' is in 60 files, too many for a secret"
    assert (one["severity"], one["where"]["uri"], len(one["related"])) == ("medium", "00", 3)


def test_the_policy_can_accept_one_token_by_its_digest(tmp_path: Path) -> None:
    env = {**environment(), "SECGUARD_FINGERPRINT_KEY": "the key of the team"}
    for seed in (0, 1):
        (tmp_path / f"{seed}.txt").write_text(sample("github", seed))
    first, second = findings(tmp_path, env=env)
    assert first["subject"] != second["subject"]
    (tmp_path / "secguard.yml").write_text(
        "version: 1\nexceptions:\n  - rule: token-in-file\n    reason: it opens nothing\n"
        f"    subject: {first['subject']}\n"
    )
    (left,) = findings(tmp_path, env=env)
    assert left["subject"] == second["subject"]


def test_paths_come_from_a_variable_as_in_the_orb(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(CANARY)
    done = subprocess.run(
        SECGUARD,
        cwd=tmp_path,
        env={**environment(), "SECGUARD_SCAN_PATHS": "a:c", "SECGUARD_SCAN_FAIL_ON": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert ("a/x" in done.stdout, "b/x" in done.stdout, "c/x" in done.stdout) == (True, False, True)


def test_all_engines_find_the_same(tmp_path: Path) -> None:
    for name, leak in LEAKS.items():
        (tmp_path / name.replace("/", "-")).write_bytes(leak(CANARY))
    found = findings(tmp_path)
    assert findings(tmp_path, "--engine", "find") == found
    if importlib.util.find_spec("hyperscan"):
        assert findings(tmp_path, "--engine", "hyperscan") == found
    else:
        assert scan(tmp_path, ".", "--engine", "hyperscan").returncode == 2
