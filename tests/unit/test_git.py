"""Tests for reading from git, in checkouts that mean harm."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from secguard import git as module
from secguard.git import Git, GitError, find
from tests.repositories import Repository, needs_git

pytestmark = needs_git
SEARCH = os.environ["PATH"]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "checkout")
    made.write("a.yml", "one\n")
    made.write("folder/b.yml", "two\n")
    made.commit()
    return made


def _git(repository: Repository) -> Git:
    found = find(repository.top, SEARCH)
    assert found is not None
    return found


def test_files_are_read_as_they_are_in_a_commit(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.write("a.yml", "changed\n")
    repository.commit()
    git = _git(repository)
    assert git.read(git.list(first)) == {"a.yml": b"one\n", "folder/b.yml": b"two\n"}
    assert git.read(git.list(first, "folder")) == {"folder/b.yml": b"two\n"}
    assert git.read(git.list("HEAD", "a.yml")) == {"a.yml": b"changed\n"}
    assert git.list(first, "missing.yml") == {}


def test_line_ends_attributes_and_filters_change_nothing(repository: Repository) -> None:
    repository.write(".gitattributes", "*.yml text eol=crlf filter=evil diff=evil\n")
    repository.write("c.yml", "x\ny\n")
    repository.commit()
    repository.git("config", "filter.evil.smudge", f"touch {repository.top}/ran")
    repository.git("config", "diff.evil.textconv", f"touch {repository.top}/ran")
    git = _git(repository)
    assert git.read(git.list("HEAD", "c.yml")) == {"c.yml": b"x\ny\n"}
    assert not (repository.top / "ran").exists()


def test_links_and_modules_are_no_files(repository: Repository) -> None:
    (repository.top / "link.yml").symlink_to("/etc/passwd")
    head = repository.git("rev-parse", "HEAD")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{head},module")
    repository.commit()
    assert set(_git(repository).list("HEAD")) == {"a.yml", "folder/b.yml"}


@pytest.mark.parametrize("ref", ["main", "HEAD", "HEAD~0", "refs/heads/main", "v1.0"])
def test_a_ref_that_is_there_gives_a_commit(repository: Repository, ref: str) -> None:
    repository.git("tag", "v1.0")
    assert _git(repository).commit(ref) == repository.git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    "ref", ["", "none", "--help", "-h", "main:a.yml", "a b", "main..HEAD", "main\nHEAD", "@{-1}"]
)
def test_what_is_no_ref_gives_none(repository: Repository, ref: str) -> None:
    assert _git(repository).commit(ref) is None


def test_the_base_is_where_head_left_the_default_branch(repository: Repository) -> None:
    git = _git(repository)
    assert git.base() is None
    repository.publish()
    base = repository.git("rev-parse", "HEAD")
    assert git.base() == base
    repository.git("checkout", "-q", "-b", "work")
    repository.commit()
    assert git.base() == base
    repository.git("update-ref", "refs/remotes/origin/master", "HEAD")
    assert git.base() == base
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/master")
    assert git.base() == repository.git("rev-parse", "HEAD")


def test_settings_of_the_checkout_run_nothing(repository: Repository) -> None:
    ran = repository.top / "ran"
    repository.publish()
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external"):
        repository.git("config", key, f"touch {ran}")
    repository.git("config", "core.hooksPath", str(repository.top))
    git = _git(repository)
    assert git.base() and git.commit("main") and git.read(git.list("HEAD"))
    assert not ran.exists()


def test_a_clone_without_files_fetches_none_whatever_its_settings_say(
    repository: Repository, tmp_path: Path
) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    url = f"file://{repository.top}"
    repository.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(clone))
    ran = tmp_path / "ran"
    partial = Repository(clone)
    partial.git("config", "protocol.ext.allow", "always")
    partial.git("config", "remote.origin.url", f"ext::touch {ran}")
    git = find(clone, SEARCH)
    assert git is not None
    listed = git.list("HEAD")
    assert set(listed) == {"a.yml", "folder/b.yml"}
    with pytest.raises(GitError):
        git.read(listed)
    assert not ran.exists()


def test_a_folder_that_looks_like_a_repository_is_not_asked(repository: Repository) -> None:
    evil = repository.top / "folder"
    shutil.copytree(str(repository.top / ".git"), str(evil), dirs_exist_ok=True)
    found = find(evil, SEARCH)
    assert found is not None and found.top == Path(os.path.realpath(str(repository.top)))


def test_the_program_is_not_taken_from_the_checkout(repository: Repository) -> None:
    fake = repository.write("bin/git", "#!/bin/sh\ntouch ran\n")
    fake.chmod(0o755)
    found = find(repository.top, os.pathsep.join((str(fake.parent), ".", "", SEARCH)))
    assert found is not None and Path(found.program) != fake


def test_without_a_repository_there_is_none(tmp_path: Path) -> None:
    assert find(tmp_path, SEARCH) is None


def test_names_are_those_of_the_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = _git(repository)
    link = tmp_path / "link"
    link.symlink_to(repository.top)
    assert git.name(link / "folder" / "b.yml") == "folder/b.yml"
    assert git.name(repository.top) == "."
    assert git.name(tmp_path / "else.yml") is None
    (repository.top / "inside.yml").symlink_to("a.yml")
    assert git.name(repository.top / "inside.yml") == "inside.yml"
    monkeypatch.chdir(repository.top / "folder")
    assert git.name(Path()) == "folder"
    assert git.name(Path("..")) == "."


def test_too_many_files_are_refused(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = _git(repository)
    monkeypatch.setattr(module, "MAX_FILES", 1)
    with pytest.raises(GitError):
        git.read(git.list("HEAD"))


def test_too_much_output_is_cut_off(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = _git(repository)
    listed = git.list("HEAD")
    monkeypatch.setattr(module, "MAX_OUTPUT", 10)
    with pytest.raises(GitError):
        git.read(listed)
