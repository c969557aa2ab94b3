"""Proves that a packed orb carries exactly what this tree builds."""

from __future__ import annotations

import argparse
import itertools
import lzma
import sys
from pathlib import Path
from typing import Any, Iterator

import yaml

from tools import build_bundle, pack_orb


def differences(orb: dict[str, Any], staged: Path, bundle: build_bundle.Bundle) -> Iterator[str]:
    """Yield a sentence for everything in a packed orb that is not what was just built."""
    environment = orb["commands"]["install"]["steps"][0]["run"]["environment"]
    try:
        carried = build_bundle.decode("".join(_chunks(environment)))
    except (ValueError, lzma.LZMAError) as error:
        yield f"the chunks cannot be decoded: {error}"
        return
    built = build_bundle.decode(bundle.encoded)
    if carried != built:
        yield "the bundle is not the one of this tree"
    for name in sorted({*carried, *built}):
        if carried.get(name) != built.get(name):
            yield f"{name} differs"
    if without_chunks(orb) != without_chunks(pack_orb.pack(staged)):
        yield "the orb differs outside the bundle"


def _chunks(environment: dict[str, str]) -> Iterator[str]:
    for name in (f"SECGUARD_BUNDLE_{number}" for number in itertools.count()):
        if name not in environment:
            return
        yield environment[name]


def without_chunks(value: Any) -> Any:
    """Leave out what may differ: the chunks, by xz, and whether a version is text."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if "SECGUARD_BUNDLE_" not in str(key)}
        return {key: without_chunks(item) for key, item in kept.items()}
    if isinstance(value, list):
        return [without_chunks(item) for item in value]
    return str(value) if isinstance(value, float) else value


def main() -> None:
    """Compare a packed orb with this tree and fail if they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orb", type=Path, nargs="?", default=pack_orb.PACKED)
    path = parser.parse_args().orb
    bundle = build_bundle.build()
    pack_orb.stage(bundle)
    orb = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = list(differences(orb, pack_orb.STAGED, bundle))
    for sentence in found:
        print(f"{path}: {sentence}", file=sys.stderr)
    if not found:
        print(f"{path}: carries what this tree builds, sha256 {bundle.digest}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
