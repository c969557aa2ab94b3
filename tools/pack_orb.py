"""Fills the bundles into a copy of the orb's sources, and packs that into one file."""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path
from typing import Any, Mapping

import yaml

from tools import build_bundle

ROOT = build_bundle.ROOT
SOURCES = ROOT / "src" / "orb"
STAGED = ROOT / "build" / "orb"
PACKED = ROOT / "build" / "orb.yml"

# What the sources of commands leave empty: what `install` carries, and what other steps ask for.
_CARRIED = re.compile(
    r'^( +)SECGUARD_COMMANDS: (.+)\n +SECGUARD_SHA256: ""\n +SECGUARD_BUNDLE_0: ""\n', re.MULTILINE
)
_WANTED = re.compile(
    r'^( +SECGUARD_COMMAND: (\w+)\n(?:.*\n)??.*SECGUARD_SHA256: )""$', re.MULTILINE
)
_INCLUDE = re.compile(r"<<\s*include\(([-\w/.]+)\)\s*>>")
_WITH_INCLUDES = ("jobs", "commands", "executors")


def stage(bundles: Mapping[str, build_bundle.Bundle], folder: Path = STAGED) -> None:
    """Copy the orb's sources, with the bundles where they leave room for them."""
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(SOURCES, folder)
    for path in sorted((folder / "commands").glob("*.yml")):
        text = _filled(path.read_text(encoding="utf-8"), bundles)
        path.write_text(text, encoding="utf-8")


def _filled(source: str, bundles: Mapping[str, build_bundle.Bundle]) -> str:
    def carried(found: re.Match[str]) -> str:
        purposes = {" ".join(commands): name for name, commands in build_bundle.PURPOSES.items()}
        bundle = bundles[purposes[found[2]]]
        rows = [f"SECGUARD_COMMANDS: {found[2]}", f'SECGUARD_SHA256: "{bundle.digest}"']
        rows += (f'SECGUARD_BUNDLE_{n}: "{chunk}"' for n, chunk in enumerate(bundle.chunks))
        return "".join(f"{found[1]}{row}\n" for row in rows)

    def wanted(found: re.Match[str]) -> str:
        able = (name for name in bundles if found[2] in build_bundle.PURPOSES[name])
        return f'{found[1]}"{" ".join(f"{name}={bundles[name].digest}" for name in able)}"'

    return _WANTED.sub(wanted, _CARRIED.sub(carried, source))


def pack(folder: Path) -> dict[str, Any]:
    """Read a folder of orb sources as one orb, the way `circleci orb pack` does."""
    orb = _merge_files(folder, recursive=False)
    for section in sorted(path for path in folder.iterdir() if path.is_dir()):
        entries = _merge_files(section, recursive=True)
        if entries:
            orb[section.name] = {**orb.get(section.name, {}), **entries}
    for name in _WITH_INCLUDES:
        if name in orb:
            orb[name] = _resolve(orb[name], folder)
    return orb


def _merge_files(folder: Path, recursive: bool) -> dict[str, Any]:
    """Key each file's content by its name, except that "@" files spread into their parent."""
    merged: dict[str, Any] = {}
    paths = folder.rglob("*") if recursive else folder.glob("*")
    for path in sorted(path for path in paths if path.suffix in (".yml", ".yaml")):
        if path.name.startswith("."):
            continue
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        spread = not recursive or path.name.startswith("@")
        merged.update(content if spread else {path.stem: content})
    return merged


def _resolve(value: Any, folder: Path) -> Any:
    if isinstance(value, dict):
        return {key: _resolve(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item, folder) for item in value]
    if isinstance(value, str):
        return _INCLUDE.sub(lambda found: _included(folder / found[1]), value)
    return value


def _included(path: Path) -> str:
    # CircleCI reads "<<" as the start of a parameter unless it is escaped.
    return path.read_text(encoding="utf-8").replace("<<", "\\<<")


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, so that a packed orb can be read."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """Choose the style by whether the text has more than one line."""
        style = "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)


_Dumper.add_representer(str, _Dumper.represent_str)


def dump(orb: dict[str, Any]) -> str:
    """Write an orb, or a config, as YAML."""
    text: str = yaml.dump(orb, Dumper=_Dumper, sort_keys=True, width=1_000_000, indent=4)
    return text


def main() -> None:
    """Build the bundles, stage the orb and pack it."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    bundles = build_bundle.within_budget(build_bundle.build())
    stage(bundles)
    text = dump(pack(STAGED))
    PACKED.write_text(text, encoding="utf-8")
    print(build_bundle.summary(bundles))
    print(f"packed: {PACKED.relative_to(ROOT)}, {len(text)} bytes")


if __name__ == "__main__":
    main()
