"""Starts `secguard logs` as a process of its own, against a CircleCI in this one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.acceptance.scanned import CANARY, environment
from tests.fakes.circleci import TOKEN, CircleCI
from tests.fakes.http_server import Asked, Reply

PASSWORD = "it's a 7Qx\"2Vb9L$Pz"


def in_pieces(fake: CircleCI, size: int) -> None:
    """Have the storage cut what was written into messages of a few characters."""
    whole = fake.storage.answer

    def answer(asked: Asked) -> Reply:
        reply = whole(asked)
        if not isinstance(reply.body, list):
            return reply
        cut = [
            {**one, "message": one["message"][at : at + size]}
            for one in reply.body
            for at in range(0, len(one["message"]), size)
        ]
        return Reply(cut)

    fake.storage.answer = answer


def audit(
    folder: Path, fake: CircleCI, *arguments: str, before: tuple[str, ...] = (), **env: str
) -> subprocess.CompletedProcess[str]:
    """Search what jobs of a fake wrote, as a job that holds the canary, a password and a token.

    `before` is a command that runs the one that follows it.
    """
    hosts = ("--host", fake.url, "--private-host", fake.storage.host, "--plain-host")
    secrets = {"SHOP_TOKEN": CANARY, "SHOP_PASSWORD": PASSWORD, "CIRCLE_TOKEN": TOKEN}
    return subprocess.run(
        [*before, sys.executable, "-m", "secguard", "logs", *hosts, fake.storage.host, *arguments],
        cwd=folder,
        env={**environment(**secrets), **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def findings(folder: Path, fake: CircleCI, *arguments: str, **env: Any) -> list[dict[str, Any]]:
    """Give the findings, as the JSON report has them."""
    done = audit(folder, fake, *arguments, "--output-format", "json", **env)
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found
