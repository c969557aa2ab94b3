"""Git repositories for tests, made with the git that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

_SETTINGS = ("user.name=Test", "user.email=test@example.com", "commit.gpgsign=false")


class Repository:
    """A repository in a folder, with `main` as its default branch."""

    def __init__(self, top: Path) -> None:
        """Make an empty one."""
        self.top = top
        top.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *args: str) -> str:
        """Run git in it."""
        settings = [part for one in _SETTINGS for part in ("-c", one)]
        environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
        environment.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
        done = subprocess.run(
            ["git", *settings, *args],
            cwd=str(self.top),
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        return done.stdout.decode().strip()

    def write(self, name: str, text: str) -> Path:
        """Write a file without committing it."""
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def commit(self) -> str:
        """Commit everything that is there."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def publish(self) -> None:
        """Make what is committed the default branch of `origin`."""
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")
