"""`secguard fix`, seen from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.runs import Secguard, runner

CONFIG = """\
version: 2.1
jobs:
  build:
    machine: true
    steps:
      - run: echo "<< pipeline.git.branch >>"
      - add_ssh_keys
workflows:
  main:
    jobs: [build]
"""
FIXED = """\
      - run:
          command: echo "$PIPELINE_GIT_BRANCH"
          environment:
            PIPELINE_GIT_BRANCH: << pipeline.git.branch >>
"""


@pytest.fixture
def secguard(capfd: pytest.CaptureFixture[str]) -> Secguard:
    return runner(capfd)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / ".circleci" / "config.yml"
    path.parent.mkdir()
    path.write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return path


def test_safe_fixes_are_written_and_the_others_named(config: Path, secguard: Secguard) -> None:
    run = secguard("fix")
    assert run.status == 0 and not run.err
    assert FIXED in config.read_text() and "machine: true" in config.read_text()
    assert run.out.splitlines() == [
        "fixed: .circleci/config.yml:6:20: template-injection: hands the values over as "
        "$PIPELINE_GIT_BRANCH",
        "left, --unsafe applies it: .circleci/config.yml:4:14: machine-image-unsupported: takes "
        "ubuntu-2404:current",
    ]
    assert "fixed:" not in secguard("fix").out


def test_what_is_asked_for_is_written(config: Path, secguard: Secguard) -> None:
    run = secguard("fix", "--unsafe", "--fingerprint", "SHA256:x", ".circleci/config.yml")
    assert run.status == 0
    text = config.read_text()
    assert "image: ubuntu-2404:current" in text and '- "SHA256:x"' in text and FIXED in text
    assert secguard("fix", "--unsafe", "--fingerprint", "SHA256:x").out == "nothing to fix\n"


def test_a_patch_writes_nothing(config: Path, secguard: Secguard) -> None:
    run = secguard("fix", "--diff")
    assert run.status == 1
    assert config.read_text() == CONFIG
    assert run.out.startswith("--- a/.circleci/config.yml\n+++ b/.circleci/config.yml\n@@")
    assert "fixed:" in run.err
    assert secguard("fix", "--diff", "--ignore", "template-injection").status == 0


def test_rules_are_chosen_as_for_a_check(config: Path, secguard: Secguard) -> None:
    secguard("fix", "--select", "machine-image-unsupported", "--unsafe")
    assert "echo" in config.read_text() and FIXED not in config.read_text()
    assert secguard("fix", "--select", "no-such-rule").status == 2


def test_what_is_suppressed_stays(config: Path, secguard: Secguard) -> None:
    comment = " # secguard: ignore[template-injection] branches are ours"
    config.write_text(CONFIG.replace('>>"', f'>>"{comment}'))
    before = config.read_text()
    secguard("fix")
    assert config.read_text() == before


def test_what_cannot_be_read_is_not_passed(config: Path, secguard: Secguard) -> None:
    config.with_name("broken.yml").write_text("a: [\n")
    run = secguard("fix")
    assert run.status == 3 and "not valid YAML" in run.err
    assert FIXED in config.read_text()


def test_files_behind_a_link_out_of_the_tree_stay(
    config: Path, secguard: Secguard, tmp_path: Path
) -> None:
    link = tmp_path / "tree" / "config.yml"
    link.parent.mkdir()
    link.symlink_to(config)
    run = secguard("fix", str(link))
    assert run.status == 3 and "leads out" in run.err
    assert config.read_text() == CONFIG


def test_standard_input_is_refused(config: Path, secguard: Secguard) -> None:
    assert secguard("fix", "-").status == 2


def test_an_orb_in_several_files_is_corrected(config: Path, secguard: Secguard) -> None:
    source = config.parent.parent / "src"
    (source / "jobs").mkdir(parents=True)
    (source / "scripts").mkdir()
    (source / "@orb.yml").write_text("version: 2.1\ndescription: x\n")
    script = source / "scripts" / "login.sh"
    script.write_text('#!/bin/sh\ndocker login -u me -p "$DOCKER_PASSWORD"\n')
    (source / "jobs" / "a.yml").write_text(
        "docker: [{image: cimg/base:2026.08}]\n"
        "steps: [{deploy: {command: <<include(scripts/login.sh)>>}}]\n"
    )
    assert secguard("fix").status == 0
    assert "steps: [{run: {" in (source / "jobs" / "a.yml").read_text()
    assert script.read_text() == (
        "#!/bin/sh\nprintf '%s' \"$DOCKER_PASSWORD\" | docker login -u me --password-stdin\n"
    )
