"""`secguard run` hides secrets, and nothing else tells it from running the command itself."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.masked import (
    CANARY,
    RUN,
    SECGUARD,
    environment,
    masked,
    posix_only,
    read_until,
    start,
)

pytestmark = posix_only


def test_both_outputs_are_masked() -> None:
    done = masked("sh", "-c", 'echo "out $SHOP_TOKEN"; printf %s "$SHOP_TOKEN" | base64 >&2')
    assert (done.stdout, done.stderr, done.returncode) == ("out ****\n", "****\n", 0)


@pytest.mark.parametrize(
    ("script", "status"),
    [("exit 37", 37), ("kill -TERM $$", 143), ("kill -SEGV $$", 139), ("nosuch; exit $?", 127)],
)
def test_the_exit_status_is_the_command_s(script: str, status: int) -> None:
    assert masked("sh", "-c", script).returncode == status


def test_a_command_that_is_not_there_is_told_like_by_a_shell(tmp_path: Path) -> None:
    done = masked("no-such-command")
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr == "secguard: there is no command 'no-such-command'\n"
    (tmp_path / "data").write_text("")
    assert masked(str(tmp_path / "data")).returncode == 126


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "USR1"])
def test_a_signal_reaches_the_command(name: str) -> None:
    script = f"trap 'echo got; exit 9' {name}; echo ready; while :; do sleep 0.05; done"
    process = start("bash", "-c", script)
    assert process.stdout is not None
    read_until(process.stdout.fileno(), b"ready\n")
    process.send_signal(getattr(signal, f"SIG{name}"))
    left, _ = process.communicate(timeout=20)
    assert (left, process.returncode) == (b"got\n", 9)


def test_a_command_that_a_signal_ends_ends_with_its_status() -> None:
    process = start("sh", "-c", "echo ready; exec sleep 30")
    assert process.stdout is not None
    read_until(process.stdout.fileno(), b"ready\n")
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM


def test_ignored_signals_stay_ignored_and_others_are_as_usual() -> None:
    # Python ignores SIGPIPE; a command below it must not.
    show = "import signal as s; print(s.getsignal(s.SIGHUP), s.getsignal(s.SIGTERM))"
    command = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *RUN]
    done = subprocess.run(
        [*command, sys.executable, "-c", show],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    plain = subprocess.run(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", sys.executable, "-c", show],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == plain.stdout
    assert masked("bash", "-c", 'yes | head -1; echo "${PIPESTATUS[0]}"').stdout == "y\n141\n"


def test_the_order_of_two_outputs_in_one_place_is_kept() -> None:
    script = 'for i in $(seq 300); do echo "out $i"; echo "err $i" >&2; done'
    process = start("bash", "-c", script)
    out, _ = process.communicate(timeout=20)
    wanted = [f"{kind} {number}" for number in range(1, 301) for kind in ("out", "err")]
    assert out.decode().splitlines() == wanted


def test_a_prompt_without_a_line_end_is_seen() -> None:
    process = start("sh", "-c", 'printf "Name? c"; read -r name; echo "<$name>"', stdin=-1)
    assert process.stdout is not None and process.stdin is not None
    assert read_until(process.stdout.fileno(), b"Name? c") == b"Name? c"
    process.stdin.write(b"me\n")
    process.stdin.close()
    assert read_until(process.stdout.fileno(), b">\n") == b"<me>\n"
    process.wait(timeout=20)
    process.stdout.close()


def test_a_secret_written_slowly_shows_three_bytes_at_most() -> None:
    script = (
        "import sys, time, os\n"
        "for char in os.environ['SHOP_TOKEN'][:8]:\n"
        "    sys.stdout.write(char); sys.stdout.flush(); time.sleep(0.1)\n"
        "print(os.environ['SHOP_TOKEN'][8:])\n"
    )
    assert masked(sys.executable, "-c", script).stdout == f"{CANARY[:3]}****\n"


def test_a_progress_bar_passes_as_it_is() -> None:
    script = (
        "import sys, time\n"
        "for n in range(0, 101, 20):\n"
        "    sys.stderr.write('\\r[%-5s] %d%%' % ('=' * (n // 20), n)); time.sleep(0.01)\n"
    )
    wanted = "".join(f"\r[{'=' * n:5}] {20 * n}%" for n in range(6))
    process = start(sys.executable, "-c", script)
    out, _ = process.communicate(timeout=20)
    assert out.decode() == wanted


def test_what_stays_in_the_background_is_not_waited_for_and_stays_masked(tmp_path: Path) -> None:
    go = tmp_path / "go"
    script = f'(until [ -e "{go}" ]; do sleep 0.02; done; echo "$SHOP_TOKEN late"; exit) & echo on'
    process = start("bash", "-c", script)
    assert process.stdout is not None
    assert process.wait(timeout=20) == 0
    assert read_until(process.stdout.fileno(), b"on\n") == b"on\n"
    go.touch()
    assert read_until(process.stdout.fileno(), b"late\n") == b"**** late\n"
    assert process.stdout.read() == b""
    process.stdout.close()


def test_an_output_that_nobody_reads_ends_the_command_as_usual() -> None:
    script = '"$@" | head -n 1; echo "${PIPESTATUS[0]}"'
    command = ["bash", "-c", script, "bash", *RUN, "yes"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("y\n141\n", "")


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_closed_stream_stays_closed(closed: str, tmp_path: Path) -> None:
    report = tmp_path / "report"
    # Python opens what is closed, so a shell has to look.
    script = f'for fd in 0 1 2; do [ -e /proc/self/fd/$fd ] && echo $fd; done > "{report}"'
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    seen = []
    for prefix in ([], [*RUN]):
        command = ["bash", "-c", f'exec "$@" {closed}', "bash", *prefix, "bash", "-c", script]
        subprocess.run(command, env=environment(), check=False)
        seen.append(report.read_text())
    assert seen[0] == seen[1]


def test_other_files_and_the_input_reach_the_command(tmp_path: Path) -> None:
    with open(tmp_path / "out", "wb") as file:
        done = masked(
            "bash",
            "-c",
            f"cat; echo direct >&{file.fileno()}",
            input="typed\n",
            pass_fds=[file.fileno()],
        )
    assert (done.stdout, (tmp_path / "out").read_text()) == ("typed\n", "direct\n")


def test_random_bytes_and_a_line_without_end_pass_as_they_are() -> None:
    script = (
        "import hashlib, os, sys\n"
        "data = os.urandom(3_000_000) + b'x' * 50_000_000\n"
        "sys.stderr.write(hashlib.sha256(data).hexdigest())\n"
        "sys.stdout.buffer.write(data)\n"
    )
    with subprocess.Popen(
        [*RUN, sys.executable, "-c", script],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        out, err = process.communicate(timeout=60)
    assert hashlib.sha256(out).hexdigest() == err.decode()


def test_one_output_that_nobody_reads_yet_does_not_stop_the_other() -> None:
    script = (
        "import subprocess, sys\n"
        "full = subprocess.Popen([sys.executable, '-c', 'print(\"x\" * 1_000_000)'])\n"
        "sys.stderr.write('still here\\n'); sys.stderr.flush(); full.wait()\n"
    )
    with subprocess.Popen(
        [*RUN, sys.executable, "-c", f"import time\n{script}"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        assert read_until(process.stderr.fileno(), b"still here\n")
        process.communicate(timeout=20)
    assert process.returncode == 0


FAILING = """\
import sys
from secguard.runtime import {module} as module
def fail(*arguments): raise ValueError("cnry_7Qx2Vb9LmPz4RtWk8")
module.{name} = fail
from secguard.runtime.masked import run_at_once
sys.exit(run_at_once(["--", *sys.argv[1:]]))
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [("filter", "Filter.feed"), ("derive", "derive"), ("search", "Engine.find")],
)
def test_where_the_filter_fails_nothing_is_shown(module: str, name: str, tmp_path: Path) -> None:
    script = 'trap "touch told; exit" TERM; echo "$SHOP_TOKEN"; while :; do sleep 0.05; done'
    done = subprocess.run(
        [sys.executable, "-c", FAILING.format(module=module, name=name), "bash", "-c", script],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "secguard: the output could not be filtered (ValueError), so it is not shown\n"
    )
    # Either it never ran, or it was told.
    assert (tmp_path / "told").exists() == (name == "Filter.feed")


def test_a_value_learnt_later_is_masked_from_then_on() -> None:
    script = (
        'new=fresh-Zq8Lw3Xv; echo "$new"; printf %s "$new" | $SECGUARD mask add; '
        'echo "$? $new"; printf %s "$new" | base64'
    )
    assert masked("bash", "-c", script).stdout == "fresh-Zq8Lw3Xv\n0 ****\n****\n"


@pytest.mark.parametrize("value", ["", "abc", "  ab \n"])
def test_a_value_that_cannot_be_masked_is_refused(value: str) -> None:
    done = masked("bash", "-c", f"printf '{value}' | $SECGUARD mask add; echo $?")
    assert done.stdout == "2\n"
    assert "cannot be masked" in done.stderr


@pytest.mark.parametrize("path", [None, "", "/nowhere/mask"])
def test_without_a_filter_nothing_pretends_to_mask(path: str | None) -> None:
    env = environment() if path is None else environment(SECGUARD_MASK=path)
    done = subprocess.run(
        [*SECGUARD, "mask", "add"],
        input="fresh-Zq8Lw3Xv",
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "below `secguard run`" in done.stderr


def test_only_this_user_reaches_the_filter_and_nothing_stays(tmp_path: Path) -> None:
    script = 'stat -c %a "$(dirname "$SECGUARD_MASK")" 2>/dev/null || echo 700'
    env = environment(TMPDIR=str(tmp_path))
    assert masked("bash", "-c", f'{script}; echo "$SECGUARD_MASK"', env=env).stdout.startswith(
        f"700\n{tmp_path}"
    )
    assert not list(tmp_path.iterdir())


def test_the_text_of_a_step_comes_from_the_environment_and_goes_no_further() -> None:
    env = environment(SECGUARD_RUN_COMMAND='env | grep SECGUARD_RUN || echo "$SHOP_TOKEN"; exit 4')
    done = subprocess.run([*SECGUARD, "run"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (4, "****\n")


def test_a_step_runs_in_the_shell_of_a_step() -> None:
    env = environment(SECGUARD_RUN_COMMAND="false | true; echo not reached")
    done = subprocess.run([*SECGUARD, "run"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_as_the_shell_of_a_step_it_knows_what_earlier_steps_export(tmp_path: Path) -> None:
    exports = tmp_path / "env"
    exports.write_text("export MINTED_TOKEN=$(printf 'Lx9%s' vQ2pT7wK4m)\n")
    env = environment(BASH_ENV=str(exports))
    done = subprocess.run(
        [*SECGUARD, "run", "--shell", "-c", 'echo "$SHOP_TOKEN $MINTED_TOKEN"'],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("**** ****\n", "")


def test_a_variable_can_be_named_a_secret() -> None:
    env = environment(PLAIN="ordinary words")
    command = [*SECGUARD, "run", "--secret", "PLAIN", "sh", "-c", 'echo "$PLAIN"']
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "****\n"


def test_without_a_command_it_says_so() -> None:
    done = subprocess.run(
        [*SECGUARD, "run"], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "there is no command to run" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-m", "pip", "--version"),
        (sys.executable, "-m", "pytest", "--version"),
        ("npm", "--version"),
        ("node", "-p", "1 + 1"),
        ("git", "--version"),
    ],
    ids=lambda command: " ".join(Path(part).name for part in command[:3]),
)
def test_real_programs_say_what_they_say_without_it(command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    env = environment()
    plain = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    done = masked(*command, env=env)
    assert (done.stdout, done.stderr, done.returncode) == (
        plain.stdout,
        plain.stderr,
        plain.returncode,
    )


def test_every_form_of_a_multi_line_key_is_hidden() -> None:
    body = base64.b64encode(hashlib.sha512(b"key").digest() * 3).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    key = "\n".join(("-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----", ""))
    env = environment(DEPLOY_KEY=base64.b64encode(key.encode()).decode())
    script = 'printf %s "$DEPLOY_KEY" | base64 -d; printf %s "$DEPLOY_KEY" | fold -w 40; exit 5'
    done = masked("bash", "-c", script, env=env)
    assert done.returncode == 5
    assert not [line for line in lines if line[:12] in done.stdout]
    assert set(done.stdout.replace("*", "").split()) <= {
        "-----BEGIN",
        "-----END",
        "PRIVATE",
        "KEY-----",
    }


def test_a_stopped_filter_stops_the_command_and_goes_on_with_it(tmp_path: Path) -> None:
    script = "while :; do echo tick; sleep 0.05; done"
    process = start("bash", "-c", script, start_new_session=True)
    assert process.stdout is not None
    fd = process.stdout.fileno()
    read_until(fd, b"tick\n")
    process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    os.set_blocking(fd, False)
    while process.stdout.read():
        time.sleep(0.2)
    os.set_blocking(fd, True)
    process.send_signal(signal.SIGCONT)
    read_until(fd, b"tick\n")
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 143
