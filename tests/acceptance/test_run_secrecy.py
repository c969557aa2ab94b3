"""What `secguard` itself hands to the system holds no secret in any form."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from secguard.runtime.forms import forms
from tests.acceptance.masked import CANARY, SECGUARD, environment

FORMS = [form for form in forms(CANARY.encode(), ends=True, twice=True) if len(form) >= 8]
CALLS = "write,writev,pwrite64,sendto,sendmsg,open,openat,execve,mkdir,unlink,rename,symlink"
# What bash does here it does in its own process, so that the only process of its number is it.
LEAKING = (
    'echo "$SHOP_TOKEN"; printf "%q\\n" "$SHOP_TOKEN" >&2; echo "x${SHOP_TOKEN}y" > copy; '
    'while read -r -t 1 line; do echo "$line"; done < copy; echo written'
)


def traced(folder: Path, *command: str) -> dict[str, bytes]:
    """Give what each process handed to the system, with its number, the first one first."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace")
    trace = folder / "trace"
    argv = [strace, "-f", "-qq", "-xx", "-s", "100000", "-e", f"trace={CALLS}", "-o", str(trace)]
    done = subprocess.run(
        [*argv, *command], cwd=folder, env=environment(), capture_output=True, check=False
    )
    if not trace.exists() or b"ptrace" in done.stderr:
        pytest.skip("needs the right to trace processes")
    assert done.returncode == 0, done.stderr
    assert not [form for form in FORMS if form in done.stdout + done.stderr]
    calls: dict[str, bytes] = {}
    for line in trace.read_text().splitlines():
        number, _, call = line.partition(" ")
        data = b"\n".join(
            bytes.fromhex(text.replace("\\x", "")) for text in re.findall(r'"((?:\\x..)+)"', call)
        )
        calls[number] = calls.get(number, b"") + data + b"\n"
    return calls


def test_only_the_command_writes_its_secret(tmp_path: Path) -> None:
    calls = traced(tmp_path, *SECGUARD, "run", "--", "bash", "-c", LEAKING)
    own, *others = calls
    assert others
    assert not [form for form in FORMS if form in calls[own]]
    assert any(CANARY.encode() in calls[number] for number in others)


@pytest.mark.parametrize("arguments", [("env", "--list"), ("env", "--output-format=json")])
def test_a_check_of_the_environment_writes_no_secret(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    calls = traced(tmp_path, *SECGUARD, *arguments)
    assert calls
    assert not [form for form in FORMS if form in b"".join(calls.values())]


def test_a_value_that_is_told_is_not_written_but_to_the_filter(tmp_path: Path) -> None:
    script = 'printf %s "$SHOP_TOKEN" | $SECGUARD mask add'
    calls = traced(tmp_path, *SECGUARD, "run", "--", "bash", "-c", script)
    own = next(iter(calls))
    assert not [form for form in FORMS if form in calls[own]]
