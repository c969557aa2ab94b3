"""Proves that a packed orb carries exactly what this tree builds."""

from __future__ import annotations

import argparse
import sys
import zlib
from pathlib import Path
from typing import Any, Iterator

import yaml

from tools import build_bundle, pack_orb


def differences(orb: dict[str, Any], bundle: build_bundle.Bundle) -> Iterator[str]:
    """Yield a sentence for everything in a packed orb that is not what this tree builds."""
    carried = _environment(orb, "install")
    chunks = [carried.get(f"SECGUARD_BUNDLE_{n}", "") for n in range(build_bundle.CHUNKS)]
    try:
        files = build_bundle.decode("".join(chunks))
    except (ValueError, zlib.error) as error:
        yield f"the chunks cannot be decoded: {error}"
        return
    if files != build_bundle.decode(bundle.encoded):
        yield from _members(files, build_bundle.decode(bundle.encoded))
    for command in sorted(orb["commands"]):
        if _environment(orb, command).get("SECGUARD_SHA256") != bundle.digest:
            yield f"the command {command} expects another digest"
    if _without_chunks(orb) != _without_chunks(pack_orb.pack(pack_orb.STAGED)):
        yield "the orb differs outside the bundle"


def _environment(orb: dict[str, Any], command: str) -> dict[str, str]:
    found: dict[str, str] = orb["commands"][command]["steps"][0]["run"]["environment"]
    return found


def _members(carried: dict[str, str], built: dict[str, str]) -> Iterator[str]:
    yield "the bundle is not the one that this tree builds"
    for name in sorted({*carried, *built}):
        if carried.get(name) != built.get(name):
            yield f"{name} differs"


def _without_chunks(value: Any) -> Any:
    """Leave out what other zlibs write otherwise, and how numbers are quoted."""
    if isinstance(value, dict):
        return {
            key: _without_chunks(item)
            for key, item in value.items()
            if not str(key).startswith("SECGUARD_BUNDLE_")
        }
    if isinstance(value, list):
        return [_without_chunks(item) for item in value]
    return str(value) if isinstance(value, float) else value


def main() -> None:
    """Compare a packed orb with this tree and fail if they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orb", type=Path, nargs="?", default=pack_orb.PACKED)
    path = parser.parse_args().orb
    bundle = build_bundle.build()
    pack_orb.stage(bundle)
    found = list(differences(yaml.safe_load(path.read_text(encoding="utf-8")), bundle))
    for sentence in found:
        print(f"{path}: {sentence}", file=sys.stderr)
    if not found:
        print(f"{path}: carries what this tree builds, sha256 {bundle.digest}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
