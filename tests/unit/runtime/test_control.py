"""A command tells the filter a value, and knows afterwards that it is hidden."""

from __future__ import annotations

import os
import select
import socket
import stat
import threading
from pathlib import Path
from typing import Iterator

import pytest

from secguard.errors import UsageError
from secguard.runtime.control import Control, tell

pytestmark = pytest.mark.skipif(os.name != "posix", reason="masking needs Linux or macOS")


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    found = Control(str(tmp_path))
    yield found
    found.close()


def serve(control: Control, wanted: int = 1) -> list[bytes]:
    """Read until so many values have come."""
    values: list[bytes] = []
    while len(values) < wanted:
        ready, _, _ = select.select(control.sockets(), [], [], 10)
        assert ready
        for value, caller in control.read(ready):
            values.append(value)
            control.confirm(caller)
    return values


def test_a_value_arrives_and_is_confirmed(control: Control) -> None:
    long = bytes(range(256)) * 200
    callers = [threading.Thread(target=tell, args=(control.path, one)) for one in (b"one", long)]
    for caller in callers:
        caller.start()
    assert sorted(serve(control, 2), key=len) == [b"one", long]
    for caller in callers:
        caller.join(10)
        assert not caller.is_alive()


def test_the_folder_is_private_and_removed(tmp_path: Path) -> None:
    control = Control(str(tmp_path))
    folder = Path(control.path).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    control.close()
    assert not folder.exists()


def test_a_long_path_for_temporary_files_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 90)
    folder.mkdir()
    control = Control(str(folder))
    assert os.path.exists(control.path)
    control.close()


def test_a_caller_that_says_nothing_or_too_much_stops_nobody(control: Control) -> None:
    silent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    silent.connect(control.path)
    loud = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    loud.connect(control.path)
    loud.setblocking(False)
    caller = threading.Thread(target=tell, args=(control.path, b"value"))
    caller.start()
    try:
        loud.send(b"x" * 100_000)
    except BlockingIOError:
        pass
    assert serve(control) == [b"value"]
    caller.join(10)
    silent.close()
    loud.close()


def test_a_value_that_is_too_long_is_refused(control: Control) -> None:
    with pytest.raises(UsageError, match="too long"):
        tell(control.path, b"x" * 70_000)


def test_without_an_answer_the_caller_knows(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not masked"):
        tell(str(tmp_path / "none"), b"value")
