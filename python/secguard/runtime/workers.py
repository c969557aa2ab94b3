"""Shares work among processes that know what this one knows, without telling them anything."""

from __future__ import annotations

import os
from typing import Callable, Iterator

_SIZE = 4


def share(count: int, workers: int, work: Callable[[Iterator[int]], bytes]) -> list[bytes | None]:
    """Have `work` done by forked workers, each with some of the numbers below `count`.

    Gives what each worker makes of its numbers, or None for a worker that died.
    """
    tickets, box = os.pipe()
    results: dict[int, int] = {}
    for _ in range(workers):
        result, end = os.pipe()
        worker = os.fork()
        if worker == 0:
            _work(work, tickets, (box, result), end)
        os.close(end)
        results[worker] = result
    os.close(tickets)
    try:
        for number in range(count):
            os.write(box, number.to_bytes(_SIZE, "big"))
    except BrokenPipeError:
        pass  # All workers are dead, as the results will show.
    os.close(box)
    found = [_read(result) for result in results.values()]
    for worker in results:
        os.waitpid(worker, 0)
    return [data[:-1] if data.endswith(b"\n") else None for data in found]


def _work(
    work: Callable[[Iterator[int]], bytes], tickets: int, others: tuple[int, ...], end: int
) -> None:
    # NOTE: a worker leaves without the handlers and buffers that it has from its parent, and
    # without a traceback, whose lines could show a secret.
    status = 1
    try:
        for other in others:
            os.close(other)
        data = memoryview(work(_numbers(tickets)) + b"\n")
        while data:
            data = data[os.write(end, data) :]
        status = 0
    finally:
        os._exit(status)


def _numbers(tickets: int) -> Iterator[int]:
    while True:
        ticket = os.read(tickets, _SIZE)
        if not ticket:
            return
        yield int.from_bytes(ticket, "big")


def _read(handle: int) -> bytes:
    with os.fdopen(handle, "rb") as stream:
        return stream.read()
