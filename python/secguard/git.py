"""Asks git for committed files, without letting a hostile checkout's settings run anything.

Only commands that read objects are used. The repository is named outright, so that a folder that
looks like one is never taken for it, and no protocol is allowed, so that nothing is fetched.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping

from secguard.errors import SecguardError
from secguard.source.text import MAX_BYTES

TIMEOUT = 30.0
"""Seconds that one command may take."""
MAX_OUTPUT = 8 * MAX_BYTES
MAX_FILES = 2_000

_FIRST = ("/usr/bin", "/usr/local/bin", "/bin", "/opt/homebrew/bin")
_REF = re.compile(r"[A-Za-z0-9_][\w./@{}^~+-]{0,200}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.sshCommand=false"),
    *("-c", "credential.helper="),
    *("-c", "protocol.allow=never"),
)


class GitError(SecguardError):
    """Something that git could not give."""

    def __init__(self, message: str) -> None:
        """Hint at the common cause: history or files that were never fetched."""
        super().__init__(message, "fetch all of it, e.g. by `checkout` with `method: full`")


@dataclass(frozen=True)
class Git:
    """The repository that a folder lies in, and the program that reads it."""

    program: str
    top: Path

    def commit(self, ref: str) -> str | None:
        """Give the commit that a branch, a tag or an expression such as `HEAD~1` names."""
        if not _REF.fullmatch(ref) or ".." in ref:
            return None
        return self._commit("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")

    def base(self) -> str | None:
        """Give the commit at which HEAD left the default branch of `origin`, if that is known."""
        names = [f"refs/remotes/origin/{name}" for name in ("HEAD", "main", "master")]
        found = self._run("for-each-ref", "--count=1", "--format=%(objectname)", *names)
        tip = (found or b"").decode("ascii", "replace").strip()
        return self.fork(tip) if _COMMIT.fullmatch(tip) else None

    def fork(self, commit: str) -> str | None:
        """Give the commit at which HEAD left the history of another."""
        return self._commit("merge-base", "HEAD", commit)

    def _commit(self, *args: str) -> str | None:
        lines = (self._run(*args) or b"").decode("ascii", "replace").split()
        return lines[0] if lines and _COMMIT.fullmatch(lines[0]) else None

    def name(self, path: Path) -> str | None:
        """Give a path as the repository names it, `.` for its top; None for one outside.

        A link at the end of the path is not followed: its own name counts.
        """
        parent = path if path.name in ("", "..") else path.parent
        real = Path(os.path.realpath(str(parent)), path.name if parent is not path else "")
        try:
            return real.relative_to(self.top).as_posix()
        except ValueError:
            return None

    def list(self, commit: str, name: str = ".") -> dict[str, str]:
        """List the regular files of a commit with their ids: one, those below a folder, or all."""
        below = () if name == "." else ("--", name)
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit, *below)
        if listed is None:
            raise GitError(f"git cannot list the files of {commit[:12]}")
        return dict(_blobs(listed))

    def read(self, files: Mapping[str, str]) -> dict[str, bytes]:
        """Read files that `list` gave; raise GitError where one is not in this clone."""
        if len(files) > MAX_FILES:
            raise GitError(f"more than {MAX_FILES} files are too many to read from git")
        ids = "".join(f"{blob}\n" for blob in files.values()).encode("ascii")
        read = self._run("cat-file", "--batch", stdin=ids) if files else b""
        if read is None:
            raise GitError("files of another commit cannot be read")
        return dict(zip(files, _contents(read, len(files))))

    def _run(self, *args: str, stdin: bytes = b"") -> bytes | None:
        """Run git; None where it fails, takes too long or says too much."""
        import subprocess

        command = (self.program, *_OPTIONS, f"--git-dir={self.top / '.git'}", *args)
        with tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            try:
                process = subprocess.Popen(  # noqa: S603 - a fixed program, no shell
                    command,
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd=str(self.top),
                    env=_ENVIRONMENT,
                )
            except OSError:
                return None
            timer = threading.Timer(TIMEOUT, process.kill)
            timer.start()
            try:
                with process:
                    output = process.stdout.read(MAX_OUTPUT + 1) if process.stdout else b""
                    if len(output) > MAX_OUTPUT:
                        process.kill()
            finally:
                timer.cancel()
        return output if process.returncode == 0 and len(output) <= MAX_OUTPUT else None


def find(path: Path, search: str) -> Git | None:
    """Find git and the repository that a path lies in; `search` is the PATH of the user.

    Folders of the repository are never searched for the program.
    """
    real = Path(os.path.realpath(str(path)))
    top = next((one for one in (real, *real.parents) if (one / ".git").exists()), None)
    if top is None:
        return None
    folders = [*_FIRST, *(one for one in search.split(os.pathsep) if os.path.isabs(one))]
    outside = [one for one in folders if top not in (Path(one), *Path(one).parents)]
    program = shutil.which("git", path=os.pathsep.join(outside))
    return Git(program, top) if program else None


def _blobs(listed: bytes) -> Iterator[tuple[str, str]]:
    for entry in listed.split(b"\0"):
        head, tab, name = entry.partition(b"\t")
        parts = head.decode("ascii", "replace").split()
        path = name.decode("utf-8", "surrogateescape")
        plain = all(part not in ("", ".", "..", ".git") for part in path.split("/"))
        if tab and len(parts) == 3 and parts[0].startswith("100") and plain and "\\" not in path:
            yield path, parts[2]


def _contents(read: bytes, count: int) -> Iterator[bytes]:
    at = 0
    for _ in range(count):
        end = read.find(b"\n", at)
        head = read[at : max(end, at)].split()
        if end < 0 or len(head) != 3 or head[1] != b"blob":
            raise GitError("a file of another commit is not in this clone")
        size = int(head[2])
        yield read[end + 1 : end + 1 + size]
        at = end + size + 2
