"""Each bundle is all that its commands need, and says so of the others."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator

import pytest

from secguard.cli import COMMANDS
from tests.tools import interpreters
from tools import build_bundle, pack_orb
from tools.build_bundle import PURPOSES, Bundle
from tools.closure import imports, modules

EXAMPLE = pack_orb.ROOT / "examples" / "webshop" / ".circleci" / "config.yml"
ASK = ("access", "logs", "rotation", "sweep")
"""Commands that have nobody to ask here, and say so."""
FOREIGN = {"colorama", "importlib_metadata"}
"""What click imports only on Windows, and only to tell a version that nobody gave it."""
RUN = {
    **{command: (command,) for command in ASK},
    "check": ("check", "--report-dir", "reports"),
    "env": ("env", "--list", "--report-dir", "reports"),
    "images": ("images", "--offline", "--report-dir", "reports"),
    "licenses": ("licenses",),
    "mask": ("run", "--", "sh", "-c", 'echo minted | "$PYTHON" -I -S "$BUNDLE" mask add'),
    "run": ("run", "--", "sh", "-c", 'echo "is $SHOP_TOKEN"'),
    "scan": ("scan", ".", "--report-dir", "reports"),
}
"""For each command something that it does with what is in the folder."""


@pytest.fixture(scope="module")
def bundles() -> dict[str, Bundle]:
    return build_bundle.build()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work" / ".circleci").mkdir(parents=True)
    (tmp_path / "work" / ".circleci" / "config.yml").write_bytes(EXAMPLE.read_bytes())
    return tmp_path / "work"


def files_of(bundle: Bundle) -> dict[str, str]:
    return build_bundle.decode(bundle.encoded)


def start(
    bundle: Bundle, folder: Path, *arguments: str, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    """Run a bundle with nothing else to import from."""
    path = folder.parent / "bundle.pyz"
    path.write_bytes(bundle.archive)
    variables = {"SHOP_TOKEN": "cnry_7Qx2Vb9LmPz4RtWk8", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [python, "-I", "-S", "-W", "error", str(path), *arguments],
        cwd=folder,
        env={**variables, "PYTHON": python, "BUNDLE": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def pairs() -> Iterator[tuple[str, str]]:
    for purpose, commands in PURPOSES.items():
        yield from ((purpose, command) for command in (*commands, "licenses"))


@pytest.mark.parametrize("version", ["3.8", "3.13"])
@pytest.mark.parametrize(("purpose", "command"), list(pairs()))
def test_every_command_of_a_bundle_runs_by_itself(
    version: str, purpose: str, command: str, bundles: dict[str, Bundle], folder: Path
) -> None:
    python = interpreters.find(version)
    if not python:
        pytest.skip(f"needs Python {version}")
    done = start(bundles[purpose], folder, "--debug", *RUN[command], python=str(python))
    assert "Traceback" not in done.stderr
    assert done.returncode in ((2, 3) if command in ASK else (0, 1)), done.stderr
    assert done.stdout or command in ("mask", *ASK)
    assert "cnry" not in done.stdout
    reports = {path.suffix for path in folder.rglob("reports/**/*.*")}
    wanted = {".html", ".json", ".sarif", ".xml"} if "--report-dir" in RUN[command] else set()
    assert reports == wanted


@pytest.mark.parametrize("purpose", list(PURPOSES))
def test_other_commands_are_said_to_be_elsewhere(
    purpose: str, bundles: dict[str, Bundle], folder: Path
) -> None:
    here = {*PURPOSES[purpose], "licenses"}
    for command in COMMANDS.keys() - here:
        done = start(bundles[purpose], folder, command)
        assert (done.returncode, done.stdout) == (2, "")
        first, hint = done.stderr.splitlines()
        assert first == f"secguard: this bundle of secguard has no command {command!r}"
        assert "`for`" in hint
    listed = start(bundles[purpose], folder, "--help").stdout.partition("Commands:\n")[2]
    assert {line.split()[0] for line in listed.splitlines()} == here


@pytest.mark.parametrize("command", ["lock", "pin", "update"])
def test_what_writes_of_images_is_said_to_be_elsewhere(
    command: str, bundles: dict[str, Bundle], folder: Path
) -> None:
    done = start(bundles["images"], folder, "images", command)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        f"secguard: this bundle of secguard has no command 'images {command}'\n"
    )


@pytest.mark.parametrize("purpose", list(PURPOSES))
def test_whatever_is_imported_is_there(
    purpose: str, bundles: dict[str, Bundle], folder: Path
) -> None:
    """Every import of every file, lazy ones too, finds its module and the name in it."""
    files = files_of(bundles[purpose])
    own = modules(files)
    wanted: set[str] = set()
    for module, file in own.items():
        tree = ast.parse(files[file])
        package = module if file.endswith("__init__.py") else module.rpartition(".")[0]
        wanted.update(imports(tree, package))
    tops = {name.partition(".")[0] for name in wanted} - {*own, *FOREIGN}
    assert tops <= getattr(sys, "stdlib_module_names", tops)
    wanted = {name for name in wanted if name.partition(".")[0] in own}
    code = f"""if True:
        import sys, importlib
        for module in {sorted(own)}:
            if module != "__main__":
                importlib.import_module(module)
        for name in {sorted(wanted)}:
            try:
                importlib.import_module(name)
            except ImportError:
                module, _, name = name.rpartition(".")
                assert name == "*" or hasattr(importlib.import_module(module), name), name
        for module in sys.modules.values():
            if module.__name__.partition(".")[0] in ("secguard", "click", "yaml"):
                assert module.__file__.startswith({str(folder.parent)!r}), module
    """
    path = folder.parent / "bundle.pyz"
    path.write_bytes(bundles[purpose].archive)
    code = f"import sys; sys.path.insert(0, {str(path)!r})\n{code}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def used(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == package:
                yield f"{package}.{node.attr}"


def test_every_name_taken_from_yaml_and_click_is_carried(
    bundles: dict[str, Bundle], tmp_path: Path
) -> None:
    found: set[str] = set()
    for bundle in bundles.values():
        trees = [ast.parse(text) for name, text in files_of(bundle).items() if name.endswith(".py")]
        names = {
            name for tree in trees for package in ("yaml", "click") for name in used(tree, package)
        }
        packages = sorted({name.partition(".")[0] for name in names})
        pyz = tmp_path / "secguard.pyz"
        pyz.write_bytes(bundle.archive)
        code = f"import sys; sys.path.insert(0, {str(pyz)!r})\n"
        code += f"import {', '.join(packages)}\n" + "\n".join(sorted(names))
        subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)
        found |= names
    assert {"yaml.ScalarNode", "click.Path"} <= found


def test_no_bundle_has_what_its_commands_do_not_need(bundles: dict[str, Bundle]) -> None:
    packages: dict[str, set[str]] = {
        purpose: {"/".join(name.split("/")[:2]) for name in files_of(bundle)}
        for purpose, bundle in bundles.items()
    }
    assert packages["mask"] & {"yaml/nodes.py", "secguard/rules", "secguard/circleci"} == set()
    assert "secguard/shell" not in packages["scan"]
    assert "secguard/runtime/pump.py" not in files_of(bundles["check"])
    assert not packages["check"] & {"secguard/fix", "secguard/graph", "secguard/images"}


def test_every_step_of_the_orb_has_a_bundle() -> None:
    orb: dict[str, Any] = pack_orb.pack(pack_orb.SOURCES)
    carried = {command for commands in PURPOSES.values() for command in commands}
    for command in orb["commands"].values():
        given = command["steps"][0].get("run", {}).get("environment", {})
        assert given.get("SECGUARD_COMMAND", "run") in carried
