"""Compiled modules are taken from beside the bundle only where nothing about them is in doubt."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Iterator
from zipfile import ZipFile

import pytest

from secguard import bytecode

FILES = {
    "kept/__init__.py": "",
    "kept/inner/__init__.py": "from kept.inner.one import value\n",
    "kept/inner/one.py": "value = 1\n\n\ndef fail():\n    raise ValueError\n",
}


def make(path: Path, **changed: str) -> str:
    path.parent.mkdir(exist_ok=True, mode=0o700)
    with ZipFile(path, "w") as archive:
        for name, text in {**FILES, **changed}.items():
            archive.writestr(name, text)
    return str(path)


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    made = make(tmp_path / "private" / "bundle.pyz")
    bytecode.write(made)
    return made


@pytest.fixture
def imported(bundle: str) -> Iterator[ModuleType]:
    """Give a module as what was kept has it; the bundle itself is gone by then."""
    bytecode.install(bundle)
    os.unlink(bundle)
    import kept.inner.one  # type: ignore[import-not-found]

    yield kept.inner.one
    sys.meta_path.pop(0)
    for name in [name for name in sys.modules if name.split(".")[0] == "kept"]:
        del sys.modules[name]


def kept(bundle: str) -> Path:
    (found,) = set(Path(bundle).parent.iterdir()) - {Path(bundle)}
    return found


def test_modules_come_from_what_was_kept(imported: ModuleType) -> None:
    assert imported.value == 1
    assert sys.modules["kept.inner"].value == 1


def test_modules_look_as_if_they_came_from_the_bundle(imported: ModuleType, bundle: str) -> None:
    inner = sys.modules["kept.inner"]
    assert imported.__file__ == f"{bundle}/kept/inner/one.py"
    assert imported.__package__ == "kept.inner"
    assert inner.__file__ == f"{bundle}/kept/inner/__init__.py"
    assert list(inner.__path__) == [f"{bundle}/kept/inner"]
    with pytest.raises(ValueError) as caught:
        imported.fail()
    assert str(caught.traceback[-1].path) == f"{bundle}/kept/inner/one.py"
    assert caught.traceback[-1].lineno == 4


def test_other_modules_are_left_to_others(bundle: str) -> None:
    found = bytecode.find(bundle)
    assert found is not None
    assert found.find_spec("kept.other") is None
    assert found.find_spec("json") is None


def test_nothing_is_installed_where_nothing_was_kept(tmp_path: Path) -> None:
    before = list(sys.meta_path)
    bytecode.install(make(tmp_path / "private" / "bundle.pyz"))
    bytecode.install(str(tmp_path / "not" / "there.pyz"))
    assert sys.meta_path == before


@pytest.mark.parametrize("length", [0, 1, 31, 32, 63, 64, 65, 200, -1])
def test_a_truncated_file_is_ignored(length: int, bundle: str) -> None:
    kept(bundle).write_bytes(kept(bundle).read_bytes()[:length])
    assert bytecode.find(bundle) is None


def test_a_damaged_file_is_ignored(bundle: str) -> None:
    whole = kept(bundle).read_bytes()
    for place in {*range(0, len(whole), 37), len(whole) - 1}:
        damaged = bytearray(whole)
        damaged[place] ^= 1
        kept(bundle).write_bytes(bytes(damaged))
        assert bytecode.find(bundle) is None, place
    kept(bundle).write_bytes(whole + b"\0")
    assert bytecode.find(bundle) is None


def test_what_another_bundle_left_is_ignored(bundle: str) -> None:
    make(Path(bundle), **{"kept/inner/one.py": "value = 2\n"})
    assert bytecode.find(bundle) is None


def test_what_another_python_left_is_ignored(bundle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version", sys.version + " patched")
    assert bytecode.find(bundle) is None


def test_each_kind_of_python_has_a_file_of_its_own(bundle: str) -> None:
    assert kept(bundle).name == f"bundle.pyz.{sys.implementation.cache_tag}"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_could_have_written_is_ignored(mode: int, bundle: str) -> None:
    assert kept(bundle).stat().st_mode & 0o777 == 0o600
    kept(bundle).chmod(mode)
    assert bytecode.find(bundle) is None


def test_a_folder_that_others_could_have_written_to_is_not_looked_into(bundle: str) -> None:
    Path(bundle).parent.chmod(0o777)
    assert bytecode.find(bundle) is None


def test_another_user_s_file_is_ignored(bundle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    assert bytecode.find(bundle) is None


def test_a_link_is_not_followed(bundle: str, tmp_path: Path) -> None:
    kept(bundle).rename(tmp_path / "elsewhere")
    Path(f"{bundle}.{sys.implementation.cache_tag}").symlink_to(tmp_path / "elsewhere")
    assert bytecode.find(bundle) is None


def test_a_file_that_cannot_be_written_leaves_nothing_behind(bundle: str) -> None:
    place = kept(bundle)
    place.unlink()
    place.mkdir()
    (place / "in the way").touch()
    with pytest.raises(OSError):
        bytecode.write(bundle)
    assert kept(bundle) == place
    assert bytecode.find(bundle) is None
