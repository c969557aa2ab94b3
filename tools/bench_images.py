"""Measures how fast many images are asked for, with skopeo beside it; writes a section of the page.

Needs docker-registry and skopeo, on this machine alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Callable, Iterator, Mapping

from secguard.images.lock import Entry
from secguard.images.resolve import resolve
from secguard.net.spread import WORKERS
from secguard.net.wire import Network, Wire
from secguard.oci.client import Client
from secguard.oci.reference import parse
from tests.acceptance.registries import layout, registry
from tests.fakes.registry import Registry
from tools.bench import put
from tools.pack_orb import ROOT

_COUNT = 50
_DELAY = 0.05
_CREATED = "2026-03-04T05:06:07Z"
_TODAY = "2026-11-22"
_SKOPEO = {
    "`skopeo inspect --raw`, one after the other": ("inspect", "--raw"),
    "`skopeo inspect --no-tags`, one after the other": ("inspect", "--no-tags"),
    "`skopeo inspect`, one after the other": ("inspect",),
}


def filled(host: str, folder: Path) -> tuple[str, ...]:
    """Push one image under many names, each a repository of its own."""
    source = layout(folder / "layout", ("linux/amd64", "linux/arm64"), _CREATED)
    names = tuple(f"{host}/bench/image-{number}:1" for number in range(_COUNT))
    for name in names:
        _skopeo("copy", "--all", "--dest-tls-verify=false", f"oci:{source}:it", f"docker://{name}")
    return names


def _skopeo(*arguments: str) -> None:
    subprocess.run(
        ["skopeo", "--insecure-policy", *arguments], check=True, stdout=subprocess.DEVNULL
    )


def _inspected(names: tuple[str, ...], command: tuple[str, ...]) -> None:
    for name in names:
        _skopeo(*command, "--tls-verify=false", f"docker://{name}")


def asked(names: tuple[str, ...], known: Mapping[str, Entry]) -> dict[str, Entry]:
    """Ask for all of them as secguard does, with connections of its own."""
    hosts = frozenset(name.partition("/")[0] for name in names)
    wire = Wire(Network(hosts, hosts), 60)
    wanted = {name: parse(name) for name in names}
    answers = resolve(Client(wire, lambda _: None), wanted, known, _TODAY, wire.end)
    wire.close()
    entries = {name: answer.entry for name, answer in answers.items() if answer.entry is not None}
    if len(entries) != len(names):
        raise RuntimeError("not all images were found")
    return entries


def _command(names: tuple[str, ...], folder: Path, *arguments: str) -> None:
    """Run the command line on a config that names all of them."""
    images = "".join(f"      - image: {name}\n" for name in names)
    text = f"version: 2.1\njobs:\n  build:\n    docker:\n{images}    steps: [checkout]\n"
    config = folder / ".circleci" / "config.yml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f"{text}workflows: {{main: {{jobs: [build]}}}}\n", encoding="utf-8")
    host = names[0].partition("/")[0]
    network = ("--private-registry", host, "--plain-registry", host)
    command = [sys.executable, "-m", "secguard", "images", *arguments, *network]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    done = subprocess.run(
        command, cwd=str(folder), env=environment, check=False, capture_output=True, text=True
    )
    if f"{_COUNT} image" not in done.stdout:
        raise RuntimeError(done.stderr)


def _best(rounds: int, run: Callable[[], object]) -> float:
    times = []
    for _ in range(rounds):
        before = time.perf_counter()
        run()
        times.append(time.perf_counter() - before)
    return min(times)


def _times(names: tuple[str, ...], folder: Path, rounds: int) -> Iterator[tuple[str, float]]:
    known = asked(names, {})
    yield "what each is, as in the steady state", _best(rounds, partial(asked, names, known))
    yield "what each is, never seen before", _best(rounds, partial(asked, names, {}))
    _command(names, folder, "lock")
    yield (
        "`secguard images verify`, the whole command",
        _best(rounds, partial(_command, names, folder, "verify", "--frozen")),
    )
    for label, command in _SKOPEO.items():
        yield label, _best(1, partial(_inspected, names, command))


def section(rounds: int) -> str:
    """Measure, and write the section."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        near = stack.enter_context(registry("plain", folder / "near"))
        slow = stack.enter_context(Registry(delay=_DELAY))
        for number in range(_COUNT):
            slow.image(f"bench/image-{number}", "1", created=_CREATED)
        names = filled(near.host, folder)
        others = tuple(name.replace(near.host, slow.host) for name in names)
        columns = [
            dict(_times(one, folder / f"work-{number}", rounds))
            for number, one in enumerate((names, others))
        ]
    base = columns[0]["`skopeo inspect --raw`, one after the other"]
    rows = "".join(
        f"| {label} | {columns[0][label]:,.2f} s | {columns[1][label]:,.2f} s |\n"
        for label in columns[0]
    )
    times = base / columns[0]["what each is, as in the steady state"]
    return (
        f"## `secguard images`\n\nWritten by `python -m tools.bench_images`: {_COUNT} images of "
        f"{_COUNT} repositories, asked for by {WORKERS} threads, in seconds of the clock; the best "
        f"of {rounds} runs, of one run for skopeo. On loopback the registry is Debian's "
        f"docker-registry; the other one waits {_DELAY * 1000:.0f} ms before each answer. In the "
        "steady state, with a lock file, each image takes one HEAD and no GET, and asking for all "
        f"of them is {times:.0f} times as fast as the fastest loop of skopeo. An image that was "
        "never seen before takes three GETs more.\n\n"
        f"|  | loopback | {_DELAY * 1000:.0f} ms for each answer |\n| --- | ---: | ---: |\n{rows}"
    )


def main() -> None:
    """Measure, put the section into the page, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often; the best time counts")
    made = section(parser.parse_args().rounds)
    put("images", made)
    sys.stdout.write(made)


if __name__ == "__main__":
    main()
