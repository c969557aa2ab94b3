"""The folder in which the nodes of a sweep leave what they found."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Iterator

from secguard.errors import SecguardError, UsageError
from secguard.sweep.plan import Plan, is_cost, read_plan
from secguard.sweep.record import Record, Unreadable, read_record

PLAN = "plan.json"
ANSWERS = "organisation.json"
COSTS = "costs.json"

_ENDING = ".records"
_MOST = 256 << 20
_MAX_LINE = 64 << 20


class State:
    """The plan of a sweep, and the records of the projects that had their turn."""

    def __init__(self, folder: Path) -> None:
        """Look into a folder that need not be there yet."""
        self.folder = folder

    @property
    def has_plan(self) -> bool:
        """True where a sweep was planned here."""
        return (self.folder / PLAN).is_file()

    def plan(self) -> Plan:
        """Read the plan; raise UsageError where there is none that can be used."""
        return read_plan(self._read(PLAN), (self.folder / PLAN).as_posix())

    def answers(self) -> str:
        """Read what the API said of the organisation; raise UsageError where nothing is kept."""
        return self._read(ANSWERS)

    def costs(self, path: Path | None) -> dict[str, float]:
        """Read how long projects took; nothing where there is no such file or it is none."""
        try:
            data = json.loads(_text(path or self.folder / COSTS))
        except (OSError, ValueError, RecursionError):
            return {}
        found = data.items() if isinstance(data, dict) else ()
        return {slug: float(cost) for slug, cost in found if is_cost(cost)}

    def _read(self, name: str) -> str:
        path = self.folder / name
        try:
            return _text(path)
        except OSError:
            hint = "make it with `secguard sweep plan`, and attach the workspace that has it"
            raise UsageError(f"there is no plan {path.as_posix()}", hint) from None

    def records(self, plan: Plan) -> Iterator[Record]:
        """Give the records of a plan, one for each project: the first that is whole, if one is.

        A line that broke off is as if it were not there: its project will have another turn.
        """
        wanted = {task.slug for task in plan.tasks}
        others: dict[str, Record] = {}
        for path in sorted(self.folder.glob(f"*-{plan.digest}{_ENDING}")):
            for record in _lines(path):
                if record.slug in wanted and record.whole:
                    wanted.remove(record.slug)
                    yield record
                elif record.slug in wanted:
                    others.setdefault(record.slug, record)
        yield from (record for slug, record in others.items() if slug in wanted)

    def writer(self, plan: Plan, index: int) -> Writer:
        """Open the file of a node."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return Writer(self.folder / f"node-{index:03}-{plan.digest}{_ENDING}")


class Writer:
    """A file of records that only grows."""

    def __init__(self, path: Path) -> None:
        """Go on with a file, after the last line that is whole."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._stream = os.fdopen(os.open(str(path), flags, 0o644), "r+b")
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise SecguardError(f"cannot write {path.as_posix()}: {reason}") from None
        self._stream.seek(_whole(path))
        self._stream.truncate()

    def write(self, record: Record) -> None:
        """Add a record, so that it stays whatever happens next."""
        self._stream.write(record.written().encode("utf-8", "replace"))
        self._stream.flush()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _text(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(_MOST + 1)
    if len(data) > _MOST:
        raise UsageError(f"{path.as_posix()} is too large", "plan again")
    return data.decode("utf-8", "replace")


def _whole(path: Path) -> int:
    with path.open("rb") as stream:
        end = 0
        for line in iter(lambda: stream.readline(_MAX_LINE), b""):
            if not line.endswith(b"\n"):
                break
            end += len(line)
        return end


def _lines(path: Path) -> Iterator[Record]:
    try:
        with path.open("rb") as stream:
            for line in iter(lambda: stream.readline(_MAX_LINE), b""):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield read_record(line.decode("utf-8"))
                except (Unreadable, UnicodeDecodeError):
                    continue
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise SecguardError(f"cannot read {path.as_posix()}: {reason}") from None
