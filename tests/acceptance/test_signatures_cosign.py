"""What cosign itself signs counts, in both its forms, and not for others; on a real registry."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from tests.acceptance.registries import Running, layout, registry
from tests.acceptance.runs import Run, runner
from tests.orb import needs
from tests.unit.images.checkouts import write

ROOT = Path(__file__).parents[2]
CONFIG = """\
version: 2.1
jobs:
  build:
    docker:
      - image: IMAGE
    steps:
      - checkout
workflows:
  main:
    jobs: [build]
"""
POLICY = "images: {require: {signed_by: [{key: cosign.pub}]}}\n"
FORMS = {"older": "false", "bundle": "true"}


def cosign(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    own = ROOT / "build" / "bin" / "cosign"
    program = str(own) if own.is_file() else needs.tool("cosign")
    environment = {**os.environ, "COSIGN_PASSWORD": "", "HOME": str(folder)}
    return subprocess.run(
        [program, *command], cwd=folder, env=environment, capture_output=True, text=True
    )


def done(folder: Path, *command: str) -> None:
    found = cosign(folder, *command)
    assert found.returncode == 0, found.stderr


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with registry("plain", tmp_path_factory.mktemp("plain")) as running:
        yield running


@pytest.fixture(params=FORMS)
def image(request: pytest.FixtureRequest, running: Running, tmp_path: Path) -> str:
    """Push an image and sign it with a key that is made for that."""
    name = f"{running.host}/acme/{request.param}"
    source = layout(tmp_path / "image", ("linux/amd64", "linux/arm64"), "2026-03-04T05:06:07Z")
    subprocess.run(
        [
            *(needs.tool("skopeo"), "--insecure-policy", "copy", "--all"),
            *("--dest-tls-verify=false", f"oci:{source}:it", f"docker://{name}:1"),
        ],
        check=True,
        capture_output=True,
    )
    done(tmp_path, "generate-key-pair")
    done(
        tmp_path,
        *("sign", "--yes", "--key=cosign.key", "--tlog-upload=false"),
        *("--use-signing-config=false", f"--new-bundle-format={FORMS[request.param]}"),
        f"{name}:1",
    )
    write(tmp_path, {".circleci/config.yml": CONFIG.replace("IMAGE", f"{name}:1")})
    write(tmp_path, {".circleci/secguard.yml": POLICY})
    return name


def verify(capfd: pytest.CaptureFixture[str], running: Running) -> Run:
    host = ("--private-registry", running.host, "--plain-registry", running.host)
    return runner(capfd)("images", "verify", *host, "--no-config-rules", "--today", "2026-05-02")


def test_what_it_signs_counts_for_its_key_only(
    capfd: pytest.CaptureFixture[str],
    image: str,
    running: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = verify(capfd, running)
    assert run.status == 0 and "No findings." in run.out, run
    for name in ("cosign.key", "cosign.pub"):
        (tmp_path / name).unlink()
    done(tmp_path, "generate-key-pair")
    run = verify(capfd, running)
    assert run.status == 1 and "not signed with the key" in " ".join(run.out.split()), run


def test_both_refuse_what_is_signed_with_another_key(
    capfd: pytest.CaptureFixture[str],
    image: str,
    running: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    if (ROOT / "build" / "bin" / "cosign").is_file():
        monkeypatch.setenv("PATH", f"{ROOT / 'build' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    write(tmp_path, {".circleci/secguard.yml": POLICY.replace("{req", "{verifier: both, req", 1)})
    run = verify(capfd, running)
    # NOTE: it wants a log entry for keys as well, so here the two have to disagree.
    assert run.status == 1 and "only secguard accepts it" in " ".join(run.out.split()), run
    offline = ("verify", "--key=cosign.pub", "--insecure-ignore-tlog=true", f"{image}:1")
    done(tmp_path, *offline)
    (tmp_path / "cosign.key").unlink()
    (tmp_path / "cosign.pub").unlink()
    done(tmp_path, "generate-key-pair")
    assert cosign(tmp_path, *offline).returncode != 0
    run = verify(capfd, running)
    assert run.status == 1 and "not signed with the key" in " ".join(run.out.split()), run
