"""Builds the bundles: the checker and what it needs as one zip for each purpose, and as text."""

from __future__ import annotations

import argparse
import base64
import hashlib
import lzma
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Mapping

from tools import vendor, words
from tools.closure import closure
from tools.strip_source import strip

ROOT = Path(__file__).resolve().parents[1]
BOOT = ROOT / "src" / "orb" / "scripts" / "boot.py"
LOCK = ROOT / "python" / "requirements" / "bundle.txt"
WHEELS = ROOT / "build" / "wheels"
PURPOSES = {
    "access": ("access", "logs", "rotation", "sweep"),
    "check": ("check",),
    "env": ("env",),
    "images": ("images",),
    "mask": ("mask", "run"),
    "scan": ("mask", "run", "scan"),
}
"""The commands that each bundle is for; the orb's `install` takes one of these names."""
BUDGETS = {
    "access": 360_000,
    "check": 260_000,
    "env": 210_000,
    "images": 280_000,
    "mask": 75_000,
    "scan": 150_000,
}
"""Characters in each bundle: each use of `install` adds them to the compiled config."""
CHUNK_LIMIT = 30_000
"""Characters in a chunk: under the 32k of a context variable and of Windows' environment."""
# For text, and with no more memory than it fills; the digest says more than a check of xz's own.
_XZ = {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 22, "pb": 0}
_ALWAYS = ("licenses",)
_LICENCES = "secguard/LICENSES.txt"


@dataclass(frozen=True)
class Bundle:
    """What the orb carries."""

    archive: bytes
    """The zip that Python runs; nothing in it is compressed, so no library changes its digest."""
    encoded: str
    """The files of the zip, compressed as one stream, as base64 text."""

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the zip."""
        return hashlib.sha256(self.archive).hexdigest()

    @property
    def chunks(self) -> tuple[str, ...]:
        """Cut the text into as few parts as the limit allows."""
        starts = range(0, len(self.encoded), CHUNK_LIMIT)
        return tuple(self.encoded[at : at + CHUNK_LIMIT] for at in starts)


def build() -> dict[str, Bundle]:
    """Build the bundle for each purpose from this tree and the locked wheels."""
    files = members()
    return {purpose: bundle(chosen(files, PURPOSES[purpose])) for purpose in PURPOSES}


def bundle(files: Mapping[str, str]) -> Bundle:
    """Bundle some files."""
    return Bundle(make_zip(files), encode(files))


def members() -> dict[str, str]:
    """Give every file that there is to bundle by name."""
    WHEELS.mkdir(parents=True, exist_ok=True)
    vendor.fetch(LOCK, WHEELS)
    package = ROOT / "python" / "secguard"
    own = {
        path.relative_to(package.parent).as_posix(): path.read_text(encoding="utf-8")
        for path in package.rglob("*.py")
    }
    own["__main__.py"] = own["secguard/__main__.py"]
    # click shows the docstrings of commands as their help.
    found = {name: strip(own[name], name.startswith("secguard/cli/")) for name in own}
    shipped = vendor.sources(LOCK, WHEELS)
    found.update((name, strip(shipped[name])) for name in shipped)
    found[_LICENCES] = "\n".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("LICENSE", "THIRD_PARTY_LICENSES")
    )
    return found


def chosen(files: Mapping[str, str], commands: Iterable[str]) -> dict[str, str]:
    """Take the files that some commands need; all bundles have the licences, and show them."""
    needed = closure(files, (*commands, *_ALWAYS))
    return {name: text for name, text in files.items() if name in needed or name == _LICENCES}


def make_zip(files: Mapping[str, str]) -> bytes:
    """Zip the files with the very code that makes the zip again where the orb runs."""
    archive: bytes = runpy.run_path(str(BOOT))["make_zip"](sorted(files.items()))
    return archive


def encode(files: Mapping[str, str]) -> str:
    """Write the files as text: all in one stream, since a zip's own tables don't compress."""
    stream = "\0".join(part for item in sorted(files.items()) for part in item)
    if stream.count("\0") != 2 * len(files) - 1:
        raise ValueError("a file holds the character that separates files")
    packed = lzma.compress(words.shorten(stream).encode(), check=lzma.CHECK_NONE, filters=[_XZ])
    return base64.b64encode(packed).decode("ascii")


def decode(text: str) -> dict[str, str]:
    """Read the files back from text that `encode` wrote."""
    stream = words.lengthen(lzma.decompress(base64.b64decode(text, validate=True)).decode())
    parts = stream.split("\0")
    return dict(zip(parts[::2], parts[1::2]))


def within_budget(bundles: Mapping[str, Bundle]) -> Mapping[str, Bundle]:
    """Give the bundles back, or raise `ValueError` for one that is too large."""
    for purpose, one in bundles.items():
        if len(one.encoded) > BUDGETS[purpose]:
            size = f"{len(one.encoded)} characters to carry, {BUDGETS[purpose]} at most"
            raise ValueError(f"{purpose}: {size}: see 'Budget' in docs/bundle.md")
    return bundles


def write(bundles: Mapping[str, Bundle], folder: Path) -> None:
    """Write each zip, the text that the orb carries for it, and the digests."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.iterdir():
        stale.unlink()
    for purpose, one in bundles.items():
        (folder / f"{purpose}.pyz").write_bytes(one.archive)
        (folder / f"{purpose}.b64").write_text(one.encoded, encoding="ascii")
    digests = "".join(f"{one.digest}  {purpose}.pyz\n" for purpose, one in bundles.items())
    (folder / "sha256").write_text(digests, encoding="ascii")


def summary(bundles: Mapping[str, Bundle]) -> str:
    """Say what each bundle weighs and what its digest is."""
    rows = (
        f"{purpose:8}{len(one.archive):>9}{len(one.encoded):>9}  {one.digest}"
        for purpose, one in bundles.items()
    )
    return "\n".join((f"{'bundle':8}{'bytes':>9}{'carried':>9}  sha256", *rows))


def main() -> None:
    """Build the bundles into a folder and say what they weigh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "bundle")
    folder = parser.parse_args().folder
    bundles = within_budget(build())
    write(bundles, folder)
    print(summary(bundles))


if __name__ == "__main__":
    main()
