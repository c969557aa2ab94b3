"""Tests for taking a file from the base of a change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from secguard.errors import UsageError
from secguard.policy.trusted import trusted
from tests.repositories import Repository, needs_git

pytestmark = needs_git
SEARCH = os.environ["PATH"]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write("secguard.yml", "strict: true\n")
    made.commit()
    made.publish()
    made.git("checkout", "-q", "-b", "work")
    return made


def test_the_base_counts_and_not_the_branch(repository: Repository) -> None:
    path = repository.write("secguard.yml", "strict: false\n")
    repository.commit()
    found = trusted(path, "", SEARCH)
    assert found.counts is not None and found.counts.text == "strict: true\n"
    base = repository.git("rev-parse", "main")[:12]
    assert found.counts.uri == f"{base}:{path.as_posix()}"
    assert found.checkout is not None and found.checkout.text == "strict: false\n"
    assert found.changed
    assert found.note == (
        f"{path.as_posix()} counts as it is in {base}; what this checkout changes in it counts "
        "once it is merged"
    )


def test_a_file_that_nobody_committed_does_not_count_either(repository: Repository) -> None:
    path = repository.write("secguard.yml", "strict: false\n")
    found = trusted(path, "", SEARCH)
    assert found.counts is not None and found.counts.text == "strict: true\n"


def test_the_same_text_needs_no_note(repository: Repository) -> None:
    found = trusted(repository.top / "secguard.yml", "", SEARCH)
    assert not found.changed and not found.note
    assert found.counts is not None and ":" not in found.counts.uri


def test_a_new_file_counts_once_it_is_merged(repository: Repository) -> None:
    path = repository.write("other.yml", "strict: false\n")
    found = trusted(path, "", SEARCH)
    assert found.counts is None and found.changed
    assert found.note.endswith("other.yml is new in this checkout and counts once it is merged")


def test_a_removed_file_still_counts(repository: Repository) -> None:
    path = repository.top / "secguard.yml"
    path.unlink()
    found = trusted(path, "", SEARCH)
    assert found.counts is not None and found.checkout is None
    assert "does by removing it counts once it is merged" in found.note


def test_a_link_in_place_of_the_file_changes_nothing(repository: Repository) -> None:
    other = repository.write("lax.yml", "strict: false\n")
    path = repository.top / "secguard.yml"
    path.unlink()
    path.symlink_to(other)
    repository.commit()
    found = trusted(path, "", SEARCH)
    assert found.counts is not None and found.counts.text == "strict: true\n"


def test_another_ref_can_be_named(repository: Repository) -> None:
    path = repository.write("secguard.yml", "strict: false\n")
    repository.commit()
    found = trusted(path, "work", SEARCH)
    assert found.counts is not None and found.counts.text == "strict: false\n"
    found = trusted(repository.write("secguard.yml", "comments: false\n"), "checkout", SEARCH)
    assert found.counts is not None and found.counts.text == "comments: false\n"
    assert not found.note


def test_an_unknown_ref_is_refused(repository: Repository) -> None:
    with pytest.raises(UsageError, match="git does not know 'nothing' here"):
        trusted(repository.top / "secguard.yml", "nothing", SEARCH)


@pytest.mark.parametrize("published", [True, False])
def test_without_a_base_the_checkout_counts_and_says_so(tmp_path: Path, published: bool) -> None:
    path = tmp_path / "secguard.yml"
    path.write_text("strict: true\n")
    if published:
        Repository(tmp_path).commit()
    found = trusted(path, "", SEARCH)
    assert found.counts is not None and not found.changed
    assert "a change of it counts at once" in found.note
    missing = trusted(tmp_path / "none.yml", "", SEARCH)
    assert missing.counts is None and not missing.note
