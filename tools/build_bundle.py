"""Builds the bundle: the checker and what it needs as one zip, and as text for the orb."""

from __future__ import annotations

import argparse
import base64
import hashlib
import lzma
import runpy
from dataclasses import dataclass
from pathlib import Path

from tools import vendor
from tools.strip_source import strip

ROOT = Path(__file__).resolve().parents[1]
BOOT = ROOT / "src" / "orb" / "scripts" / "boot.py"
LOCK = ROOT / "python" / "requirements" / "bundle.txt"
WHEELS = ROOT / "build" / "wheels"
BUDGET = 400_000
"""Characters in the bundle: each use of the orb's job adds them to the compiled config."""
CHUNK_LIMIT = 30_000
"""Characters in a chunk: under the 32k of a context variable and of Windows' environment."""
# For text, and with no more memory than it fills; the digest says more than a check of xz's own.
_XZ = {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 22, "pb": 0}


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
    def summary(self) -> str:
        """Say what the bundle weighs and what its digest is."""
        size = f"{len(self.archive)} bytes, base64 {len(self.encoded)} in {len(self.chunks)} chunks"
        return f"bundle: {size}\nsha256: {self.digest}"

    @property
    def chunks(self) -> tuple[str, ...]:
        """Cut the text into as few parts as the limit allows."""
        total = len(self.encoded)
        if total > BUDGET:
            raise ValueError(f"{total} characters to carry: see 'Budget' in docs/bundle.md")
        return tuple(self.encoded[at : at + CHUNK_LIMIT] for at in range(0, total, CHUNK_LIMIT))


def build() -> Bundle:
    """Build the bundle from this tree and the locked wheels."""
    WHEELS.mkdir(parents=True, exist_ok=True)
    vendor.fetch(LOCK, WHEELS)
    files = members()
    return Bundle(make_zip(files), encode(files))


def members() -> dict[str, str]:
    """Give every file of the bundle by name."""
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
    found["secguard/LICENSES.txt"] = "\n".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("LICENSE", "THIRD_PARTY_LICENSES")
    )
    return found


def make_zip(files: dict[str, str]) -> bytes:
    """Zip the files with the very code that makes the zip again where the orb runs."""
    archive: bytes = runpy.run_path(str(BOOT))["make_zip"](sorted(files.items()))
    return archive


def encode(files: dict[str, str]) -> str:
    """Write the files as text: all in one stream, since a zip's own tables don't compress."""
    stream = "\0".join(part for item in sorted(files.items()) for part in item)
    if stream.count("\0") != 2 * len(files) - 1:
        raise ValueError("a file holds the character that separates files")
    packed = lzma.compress(stream.encode(), check=lzma.CHECK_NONE, filters=[_XZ])
    return base64.b64encode(packed).decode("ascii")


def decode(text: str) -> dict[str, str]:
    """Read the files back from text that `encode` wrote."""
    parts = lzma.decompress(base64.b64decode(text, validate=True)).decode().split("\0")
    return dict(zip(parts[::2], parts[1::2]))


def write(bundle: Bundle, folder: Path) -> None:
    """Write the zip, its digest and the text that the orb carries."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.iterdir():
        stale.unlink()
    (folder / "secguard.pyz").write_bytes(bundle.archive)
    (folder / "secguard.b64").write_text(bundle.encoded, encoding="ascii")
    (folder / "sha256").write_text(bundle.digest, encoding="ascii")


def main() -> None:
    """Build the bundle into a folder and say what it weighs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "bundle")
    folder = parser.parse_args().folder
    bundle = build()
    write(bundle, folder)
    print(bundle.summary)


if __name__ == "__main__":
    main()
