"""`secguard images` from the command line, against a registry in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.acceptance.runs import Run, Secguard, runner
from tests.fakes.registry import SECRET, USER, Registry
from tests.unit.images.checkouts import write

ROOT = Path(__file__).parents[2]
CONFIG = """\
version: 2.1
jobs:
  build:
    docker:
      - image: HOST/acme/app:1.0 # the app
      - image: "HOST/acme/db:2"
    steps:
      - checkout
      - run: docker pull HOST/acme/tool:3
workflows:
  main:
    jobs: [build]
"""


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        for name, tag in (("app", "1.0"), ("db", "2"), ("tool", "3")):
            registry.image(f"acme/{name}", tag, created=f"2026-0{len(name)}-01T00:00:00Z")
        yield registry


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Run]:
    """Run a command of `images` in a checkout that names three images of the registry."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {".circleci/config.yml": CONFIG.replace("HOST", registry.host)})
    run: Secguard = runner(capfd)

    def images(command: str, *arguments: str) -> Run:
        network = ("--private-registry", registry.host, "--plain-registry", registry.host)
        day = ("--today", "2026-11-22")
        offline = command == "list"
        return run("images", command, *(day if offline else (*network, *day)), *arguments)

    return images


def lock_of(tmp_path: Path) -> dict[str, dict[str, str]]:
    text = (tmp_path / ".circleci" / "secguard.lock").read_text(encoding="utf-8")
    images = json.loads(text)["images"]
    assert isinstance(images, dict)
    return images


def config(tmp_path: Path) -> str:
    return (tmp_path / ".circleci" / "config.yml").read_text(encoding="utf-8")


def test_a_lock_is_written_once_and_stays_as_it_is(
    secguard: Secguard, tmp_path: Path, registry: Registry
) -> None:
    run = secguard("lock")
    assert (run.status, run.out) == (0, "written: .circleci/secguard.lock, 3 images\n")
    assert sorted(lock_of(tmp_path)) == [
        f"{registry.host}/acme/{name}" for name in ("app:1.0", "db:2", "tool:3")
    ]
    before = (tmp_path / ".circleci" / "secguard.lock").read_bytes()
    registry.log.clear()
    assert secguard("lock").out == ""
    assert registry.log == []
    assert (tmp_path / ".circleci" / "secguard.lock").read_bytes() == before


def test_a_lock_of_which_nothing_is_known_is_not_written(
    secguard: Secguard, tmp_path: Path, registry: Registry
) -> None:
    registry.mode = "broken"
    run = secguard("lock")
    assert run.status == 3 and "could not be checked" in run.err + run.out
    assert not (tmp_path / ".circleci" / "secguard.lock").exists()


def test_the_steady_state_is_one_head_for_each_image(
    secguard: Secguard, registry: Registry
) -> None:
    secguard("lock")
    registry.log.clear()
    run = secguard("verify", "--frozen")
    assert run.status == 0, run.out
    assert "No findings." in run.out and "3 images named, 3 asked for" in run.out
    assert sorted(method for method, _, _ in registry.log) == ["HEAD"] * 3


def test_a_moved_tag_is_a_finding_until_it_is_taken(
    secguard: Secguard, tmp_path: Path, registry: Registry
) -> None:
    secguard("lock")
    digest = registry.image("acme/app", "1.0", created="2026-11-01T00:00:00Z")
    run = secguard("verify")
    assert run.status == 1
    assert "high[image-drift]" in run.out and digest[:19] in run.out
    assert secguard("update").out.startswith("written: .circleci/secguard.lock")
    assert lock_of(tmp_path)[f"{registry.host}/acme/app:1.0"]["digest"] == digest
    assert secguard("verify").status == 0


def test_new_content_waits_for_its_time(
    secguard: Secguard, tmp_path: Path, registry: Registry
) -> None:
    secguard("lock")
    key = f"{registry.host}/acme/app:1.0"
    old = lock_of(tmp_path)[key]["digest"]
    new = registry.image("acme/app", "1.0", created="2026-01-01T00:00:00Z")
    assert f"waits: {key}" in secguard("update", "--min-age", "3d").out
    assert lock_of(tmp_path)[key]["digest"] == old
    assert secguard("update", "--min-age", "3d", "--today", "2026-11-25").status == 0
    assert lock_of(tmp_path)[key]["digest"] == new


def test_pins_are_written_in_place_and_renewed_together_with_the_lock(
    secguard: Secguard, tmp_path: Path, registry: Registry
) -> None:
    before = config(tmp_path)
    secguard("lock")
    assert secguard("pin", "--diff").status == 1
    assert config(tmp_path) == before
    assert secguard("pin").out == "written: .circleci/config.yml\n"
    entries = lock_of(tmp_path)
    expected = before
    for key, entry in entries.items():
        expected = expected.replace(key, f"{key}@{entry['digest']}")
    assert config(tmp_path) == expected
    assert secguard("pin").out == ""
    digest = registry.image("acme/db", "2.1", created="2026-11-01T00:00:00Z")
    registry.image("acme/db", "2", created="2026-11-01T00:00:00Z")
    run = secguard("update", "--only", f"{registry.host}/acme/db")
    assert run.status == 0
    assert config(tmp_path).count(digest) == 1
    assert config(tmp_path).replace(digest, "") == expected.replace(
        entries[f"{registry.host}/acme/db:2"]["digest"], ""
    )
    assert secguard("verify", "--frozen").status == 0


def test_a_newer_version_is_written_wherever_it_is_named(
    secguard: Secguard, tmp_path: Path, registry: Registry
) -> None:
    secguard("lock")
    registry.image("acme/app", "1.4", created="2026-11-01T00:00:00Z")
    registry.image("acme/app", "2.0", created="2026-11-02T00:00:00Z")
    run = secguard("update", "--within", "minor")
    assert f"updated: {registry.host}/acme/app:1.0 -> {registry.host}/acme/app:1.4@" in run.out
    assert f"{registry.host}/acme/app:1.4 # the app" in config(tmp_path)
    assert f"{registry.host}/acme/app:1.0" not in lock_of(tmp_path)
    assert secguard("verify", "--frozen").status == 0


def test_an_image_that_is_not_locked_is_found_and_forgotten_ones_go(
    secguard: Secguard, tmp_path: Path, registry: Registry
) -> None:
    secguard("lock")
    registry.image("acme/new", "9")
    write(
        tmp_path, {".circleci/config.yml": config(tmp_path).replace("acme/app:1.0", "acme/new:9")}
    )
    run = secguard("verify", "--frozen")
    assert run.status == 1 and "image-not-locked" in run.out
    secguard("lock")
    keys = [key.rpartition("/")[2] for key in lock_of(tmp_path)]
    assert keys == ["db:2", "new:9", "tool:3"]


def test_frozen_needs_a_lock(secguard: Secguard) -> None:
    run = secguard("verify", "--frozen")
    assert run.status == 2 and "there is no lock file .circleci/secguard.lock" in run.err


def test_a_lock_that_is_named_has_to_be_there(secguard: Secguard) -> None:
    run = secguard("verify", "--lock", "other.lock")
    assert run.status == 2 and "no lock file other.lock" in run.err


@pytest.mark.parametrize("target", ["", "nowhere", "/dev/zero"])
def test_a_lock_that_is_no_file_does_not_pass_for_none(
    secguard: Secguard, tmp_path: Path, target: str
) -> None:
    path = tmp_path / ".circleci" / "secguard.lock"
    path.symlink_to(target) if target else path.mkdir()
    run = secguard("verify")
    assert run.status == 2 and "is no file" in run.err


def test_a_damaged_lock_is_refused(secguard: Secguard, tmp_path: Path) -> None:
    write(tmp_path, {".circleci/secguard.lock": "<<<<<<< HEAD\n"})
    run = secguard("verify", "--offline")
    assert run.status == 2 and "cannot be used: it is no JSON" in run.err


@pytest.mark.parametrize(("wanted", "status"), [("unknown", 0), ("fail", 3)])
def test_what_cannot_be_asked_for_is_shown_and_fails_only_where_that_is_wanted(
    secguard: Secguard, registry: Registry, wanted: str, status: int
) -> None:
    registry.mode = "broken"
    run = secguard("verify", "--on-unreachable", wanted)
    assert run.status == status, run.out
    assert "could not be checked: the registry answers with status 500" in run.out
    assert "3 without an answer" in run.out
    assert "image-missing" not in run.out


def test_the_policy_can_want_that_it_fails(
    secguard: Secguard, tmp_path: Path, registry: Registry
) -> None:
    write(tmp_path, {".circleci/secguard.yml": "images: {on_unreachable: fail}\n"})
    registry.mode = "broken"
    assert secguard("verify").status == 3
    assert secguard("verify", "--on-unreachable", "unknown").status == 0


@pytest.mark.parametrize("mode", ["storm", "silent", "half", "slow-body"])
def test_a_registry_that_stalls_ends_in_time_as_unknown(
    secguard: Secguard, registry: Registry, mode: str
) -> None:
    registry.mode = mode
    run = secguard("verify", "--time-limit", "1")
    assert run.status == 0 and "could not be checked" in run.out


@pytest.mark.parametrize("mode", ["tampered-manifest", "tampered-blob", "two-ways", "huge"])
def test_an_answer_that_must_not_be_believed_always_fails(
    secguard: Secguard, registry: Registry, mode: str
) -> None:
    registry.mode = mode
    registry.no_head = mode in ("two-ways", "huge")
    run = secguard("verify", "--on-unreachable", "unknown")
    assert run.status == 1 and "high[registry-answer-refused]" in run.out
    assert secguard("lock").status == 3


def test_a_realm_that_leads_inside_always_fails_and_learns_nothing(
    secguard: Secguard, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", SECRET)
    text = config(tmp_path).replace(
        "# the app", f"\n        auth: {{username: {USER}, password: $PASSWORD}}"
    )
    write(tmp_path, {".circleci/config.yml": text})
    with Registry() as inner:
        registry.auth, registry.realm = "token", f"http://{inner.host}/token"
        run = secguard("verify", "--config-auth")
        assert run.status == 1 and "registry-answer-refused" in run.out
        assert inner.log == [] and registry.credentials() == []
    assert SECRET not in run.out + run.err


def test_the_config_s_own_login_is_used_only_where_that_is_asked_for(
    secguard: Secguard, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", SECRET)
    registry.auth = "basic"
    auth = f"\n        auth: {{username: {USER}, password: $PASSWORD}}"
    text = config(tmp_path).replace(" # the app", auth)
    write(tmp_path, {".circleci/config.yml": text})
    run = secguard("verify")
    assert registry.credentials() == [] and "3 without an answer" in run.out
    run = secguard("verify", "--config-auth")
    assert len(registry.credentials()) > 0 and "2 without an answer" in run.out
    assert SECRET not in run.out + run.err


def test_a_docker_config_is_read(secguard: Secguard, registry: Registry, tmp_path: Path) -> None:
    registry.auth = "token"
    auths = {registry.host: {"username": USER, "password": SECRET}}
    write(tmp_path, {"docker.json": json.dumps({"auths": auths})})
    assert secguard("verify", "--docker-config", "docker.json").status == 0
    assert registry.credentials()[0].startswith("Basic ")


def test_a_denied_image_is_never_asked_for(
    secguard: Secguard, registry: Registry, tmp_path: Path
) -> None:
    write(tmp_path, {".circleci/secguard.yml": f"images: {{allow: ['{registry.host}/acme/db']}}\n"})
    run = secguard("verify")
    assert run.status == 1 and run.out.count("high[image-not-allowed]") == 2
    assert {path.split("/")[3] for path in registry.asked()} == {"db"}


def test_an_exception_of_the_policy_holds_until_its_day(
    secguard: Secguard, registry: Registry, tmp_path: Path
) -> None:
    rule = f"""
images: {{allow: ['{registry.host}/acme/db', '{registry.host}/acme/tool']}}
exceptions:
  - rule: image-not-allowed
    subject: {registry.host}/acme/app
    reason: it moves next year
    until: 2026-12-31
"""
    write(tmp_path, {".circleci/secguard.yml": rule})
    run = secguard("verify")
    assert run.status == 0 and "1 by policy" in run.out
    assert secguard("verify", "--today", "2027-01-01").status == 1


def test_a_comment_suppresses_a_finding(
    secguard: Secguard, registry: Registry, tmp_path: Path
) -> None:
    write(tmp_path, {".circleci/secguard.yml": "images: {require: {digest: true}}\n"})
    assert secguard("verify").out.count("[image-digest-required]") == 3
    comment = "# secguard: ignore[image-digest-required] -- it is ours"
    text = config(tmp_path).replace("# the app", comment)
    write(tmp_path, {".circleci/config.yml": text})
    run = secguard("verify")
    assert run.out.count("[image-digest-required]") == 2, run.out


def test_a_signature_that_is_wanted_is_never_taken_for_checked(
    secguard: Secguard, tmp_path: Path
) -> None:
    text = "images: {require: {signed_by: [{key: cosign.pub}]}}\n"
    write(tmp_path, {".circleci/secguard.yml": text})
    run = secguard("verify", "--on-unreachable", "unknown", "--offline")
    assert run.status == 3 and "wants a signature" in run.out


def test_the_list_asks_nobody(secguard: Secguard, registry: Registry) -> None:
    secguard("lock")
    registry.log.clear()
    lines = secguard("list").out.splitlines()
    assert lines[0].split() == ["PLACE", "USE", "IMAGE", "PIN", "STATUS"]
    assert [line.split()[-1] for line in lines[1:]] == ["locked"] * 3
    rows = json.loads(secguard("list", "--output-format", "json").out)
    assert [row["kind"] for row in rows] == ["docker", "service", "pull"]
    assert rows[0]["key"] == f"{registry.host}/acme/app:1.0"
    assert registry.log == []


def test_rules_that_lack_what_they_need_are_not_counted_as_passed(secguard: Secguard) -> None:
    def ran(*arguments: str) -> set[str]:
        run = secguard("verify", "--output-format", "json", *arguments)
        return {one["id"] for one in json.loads(run.out)["rules"]}

    alone = ran("--offline", "--no-config-rules")
    assert alone == {"image-malformed", "image-pull-lookalike", "image-pull-unpinned"}
    asked = ran("--no-config-rules") - alone
    assert asked == {
        "image-missing",
        "image-platform-missing",
        "image-stale",
        "registry-answer-refused",
    }
    secguard("lock")
    locked = ran("--no-config-rules") - alone - asked
    assert locked == {"image-drift", "image-lock-mismatch", "image-not-locked"}


def test_a_private_registry_is_not_reached_unless_it_is_named(
    capfd: pytest.CaptureFixture[str], secguard: Secguard, registry: Registry
) -> None:
    run = runner(capfd)("images", "verify", "--plain-registry", "other.example")
    assert run.status == 0 and "3 images named, 0 asked for" in run.out
    assert registry.log == []


def test_no_command_verifies_with_the_orb_s_variables(
    capfd: pytest.CaptureFixture[str],
    secguard: Secguard,
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secguard("lock")
    for name, value in {
        "PATHS": ".",
        "FROZEN": "true",
        "PRIVATE_REGISTRY": registry.host,
        "PLAIN_REGISTRY": registry.host,
        "FAIL_ON": "high",
    }.items():
        monkeypatch.setenv(f"SECGUARD_IMAGES_{name}", value)
    run = runner(capfd)("images")
    assert run.status == 0 and "3 asked for" in run.out


def test_check_loads_nothing_of_all_this(tmp_path: Path, secguard: Secguard) -> None:
    code = """
import sys
from secguard.cli import main

main(["check", "."])
parts = ("secguard.images", "secguard.oci.client", "secguard.net.wire", "http.client", "ssl")
names = [name for name in sys.modules if name.startswith(parts)]
assert not names, names
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
