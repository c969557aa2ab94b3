"""Proves that a packed orb carries exactly what this tree builds."""

from __future__ import annotations

import argparse
import itertools
import lzma
import sys
from pathlib import Path
from typing import Any, Iterator, Mapping

import yaml

from tools import build_bundle, pack_orb


def differences(
    orb: dict[str, Any], staged: Path, bundles: Mapping[str, build_bundle.Bundle]
) -> Iterator[str]:
    """Yield a sentence for everything in a packed orb that is not what was just built."""
    unpacked = dict(carried(orb))
    for purpose, bundle in bundles.items():
        try:
            found = build_bundle.decode("".join(_chunks(unpacked.get(purpose, {}))))
        except (ValueError, lzma.LZMAError) as error:
            yield f"{purpose}: the chunks cannot be decoded: {error}"
            continue
        built = build_bundle.decode(bundle.encoded)
        for name in sorted({*found, *built}):
            if found.get(name) != built.get(name):
                yield f"{purpose}: {name} differs"
    if without_chunks(orb) != without_chunks(pack_orb.pack(staged)):
        yield "the orb differs outside the bundles"


def carried(orb: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the environment of each step that unpacks, by what it is for."""
    for step in orb["commands"]["install"]["steps"]:
        purpose, _ = step["when"]["condition"]["equal"]
        yield purpose, step["when"]["steps"][0]["run"]["environment"]


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
    bundles = build_bundle.build()
    pack_orb.stage(bundles)
    orb = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = list(differences(orb, pack_orb.STAGED, bundles))
    for sentence in found:
        print(f"{path}: {sentence}", file=sys.stderr)
    if not found:
        print(f"{path}: carries what this tree builds\n{build_bundle.summary(bundles)}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
