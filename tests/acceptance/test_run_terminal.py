"""On a terminal `secguard run` keeps terminal, keys, job control and size as they are."""

from __future__ import annotations

import fcntl
import re
import signal
import struct
import sys
import termios
from pathlib import Path

from tests.acceptance.masked import CANARY, RUN, Terminal, environment, posix_only

pytestmark = posix_only


def resize(terminal: Terminal, rows: int, columns: int) -> None:
    fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))


def test_a_command_writes_to_a_terminal_and_is_masked() -> None:
    script = 'test -t 1 && test -t 2 && echo "tty $SHOP_TOKEN"; exit 3'
    terminal = Terminal(*RUN, "sh", "-c", script)
    assert terminal.end() == 3
    assert terminal.left == "tty ****\r\n"


def test_an_output_that_is_no_terminal_is_none_for_the_command(tmp_path: Path) -> None:
    script = f'$SECGUARD run -- sh -c "test -t 1 || test -t 2 && echo one" > "{tmp_path}/out"'
    terminal = Terminal("sh", "-c", script)
    assert terminal.end() == 0
    assert (tmp_path / "out").read_text() == "one\n"


def test_an_interactive_shell_works_and_masks() -> None:
    terminal = Terminal(*RUN, "bash", "--norc", "-i", env=environment(PS1="ready> "))
    terminal.until("ready> ")
    terminal.type('echo "<$SHOP_TOKEN>"\r')
    assert "<****>" in terminal.until("ready> ")
    terminal.type("exit 6\r")
    assert terminal.end() == 6
    assert CANARY not in terminal.left


def test_ctrl_c_reaches_the_command_once() -> None:
    script = (
        "import signal, sys, time\n"
        "count = []\n"
        "signal.signal(signal.SIGINT, lambda *_: count.append(1))\n"
        "print('ready', flush=True)\n"
        "until = time.monotonic() + 20\n"
        "while not count and time.monotonic() < until: time.sleep(0.01)\n"
        "time.sleep(0.3); print(f'{len(count)} times')\n"
    )
    terminal = Terminal(*RUN, sys.executable, "-c", script)
    terminal.until("ready")
    terminal.type("\x03")
    assert terminal.end() == 0
    assert "1 times" in terminal.left


def test_ctrl_c_ends_a_command_that_does_not_catch_it() -> None:
    terminal = Terminal(*RUN, "sh", "-c", "echo ready; exec sleep 60")
    terminal.until("ready")
    terminal.type("\x03")
    assert terminal.end() == 128 + signal.SIGINT


def test_ctrl_z_stops_the_command_and_fg_continues_it() -> None:
    terminal = Terminal("bash", "--norc", "-i", env=environment(PS1="outer> "))
    terminal.until("outer> ")
    script = "trap : CONT; echo go; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1; done; echo end"
    terminal.type(f"$SECGUARD run -- bash -c '{script}'\r")
    terminal.until("go\r\n")
    terminal.type("\x1a")
    assert "Stopped" in terminal.until("outer> ")
    terminal.type("fg\r")
    terminal.until("end\r\n")
    terminal.type("exit\r")
    assert terminal.end() == 0


def test_the_command_knows_the_size_of_the_terminal_and_its_changes() -> None:
    script = (
        "import os, signal, time\n"
        "def show(*_):\n"
        "    global size\n"
        "    size = os.get_terminal_size(1)\n"
        "    os.write(1, b'size %d %d.' % size)\n"
        "signal.signal(signal.SIGWINCH, show)\n"
        "show()\n"
        "while size.columns != 90: time.sleep(0.02)\n"
    )
    terminal = Terminal(
        "sh",
        "-c",
        'stty rows 33 cols 77; exec $SECGUARD run -- "$@"',
        "sh",
        sys.executable,
        "-c",
        script,
    )
    terminal.until("size 77 33.")
    resize(terminal, 40, 90)
    terminal.until("size 90 40.")
    assert terminal.end() == 0


def test_colours_and_cursor_moves_pass_as_they_are() -> None:
    text = r"\033[1;32mok\033[0m \033[2K\033[1G[###]\r[####]\033]0;title\007\033[?25h"
    terminal = Terminal(*RUN, "printf", text)
    assert terminal.end() == 0
    wanted = text.replace(r"\033", "\x1b").replace(r"\r", "\r").replace(r"\007", "\x07")
    assert terminal.left == wanted


def test_a_password_that_is_asked_for_on_the_terminal_is_not_echoed() -> None:
    script = 'stty -echo; printf "Password: "; read -r given; stty echo; echo "got ${#given}"'
    terminal = Terminal(*RUN, "bash", "-c", script)
    terminal.until("Password: ")
    terminal.type("not-seen\r")
    assert terminal.end() == 0
    assert "got 8" in terminal.left and "not-seen" not in terminal.left


def test_a_terminal_gets_its_output_in_the_order_it_was_written() -> None:
    script = 'for i in 1 2 3 4 5 6 7 8 9; do echo "out $i"; echo "err $i" >&2; done'
    terminal = Terminal(*RUN, "bash", "-c", script)
    assert terminal.end() == 0
    found = re.findall(r"(out|err) (\d)", terminal.left)
    assert found == [(kind, str(n)) for n in range(1, 10) for kind in ("out", "err")]
