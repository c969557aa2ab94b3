"""Reads a file as the base of a change has it, so that a change cannot excuse itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from secguard.errors import UsageError
from secguard.source.discover import read
from secguard.source.text import TextFile

CHECKOUT = "checkout"
"""Instead of a ref: take the files of the checkout as they are."""


@dataclass(frozen=True)
class Trusted:
    """One file, as it counts and as the checkout has it."""

    counts: TextFile | None
    """None where the base has no such file."""
    checkout: TextFile | None
    note: str = ""
    """What a reader of the report should know about where it comes from."""

    @property
    def changed(self) -> bool:
        """True where the checkout has another text than the one that counts."""
        texts = [one.text if one is not None else None for one in (self.counts, self.checkout)]
        return texts[0] != texts[1]


def trusted(path: Path, ref: str, search: str) -> Trusted:
    """Read a file at a ref, or at the point where HEAD left the default branch.

    Where git or that point is not there, the checkout's file counts, and the note says so. Raises
    UsageError for a ref that is unknown, GitError for a file that is there but cannot be read.
    """
    uri = path.as_posix()
    present = read(path, uri) if path.is_file() else None
    if ref == CHECKOUT:
        return Trusted(present, present)
    from secguard.git import find

    git = find(path.parent, search)
    name = git.name(path) if git is not None else None
    commit = None
    if git is not None and name is not None:
        commit = git.commit(ref) if ref else git.base()
    if git is None or name is None or commit is None:
        if ref:
            raise UsageError(f"git does not know {ref!r} here", "fetch it, or name another ref")
        note = (
            f"{uri} is the checkout's own, since no default branch of 'origin' is known to compare "
            "it with: a change of it counts at once"
        )
        return Trusted(present, present, note if present is not None else "")
    data = git.read(git.list(commit, name)).get(name)
    counts = TextFile.decode(uri, data) if data is not None else None
    if not Trusted(counts, present).changed:
        return Trusted(present, present)
    short = commit[:12]
    if counts is None:
        return Trusted(None, present, f"{uri} is new in this checkout and counts once it is merged")
    what = "changes in it" if present is not None else "does by removing it"
    return Trusted(
        TextFile(f"{short}:{uri}", counts.text),
        present,
        f"{uri} counts as it is in {short}; what this checkout {what} counts once it is merged",
    )
