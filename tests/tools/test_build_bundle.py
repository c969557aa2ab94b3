"""The bundle is the same whoever builds it, holds what it must, and fits into its chunks."""

from __future__ import annotations

import ast
import hashlib
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.tools import interpreters
from tools import build_bundle, vendor
from tools.build_bundle import Bundle, make_zip

ROOT = build_bundle.ROOT


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return build_bundle.build()


def names(bundle: Bundle) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(bundle.archive)) as archive:
        return archive.namelist()


def test_the_zip_depends_on_nothing_but_the_files() -> None:
    files = {"b.py": "x = 1\n", "a.py": "y = 'é'\n"}
    archive = make_zip(files)
    assert archive == make_zip(dict(reversed(list(files.items()))))
    assert hashlib.sha256(archive).hexdigest() == (
        "7ee6adefcaf38b75714cbc87113824f0c0217cd03bd7ef233098447433fd7388"
    )


def test_the_zip_is_one_that_others_can_read() -> None:
    files = {"a.py": "y = 'é'\n", "b/c.py": ""}
    with zipfile.ZipFile(io.BytesIO(make_zip(files))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files
        entry = archive.infolist()[0]
    assert entry.external_attr == 0o100644 << 16
    assert (entry.create_system, entry.date_time) == (3, (1980, 1, 1, 0, 0, 0))


def test_a_file_that_would_break_the_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="separates"):
        build_bundle.encode({"a.py": "x = '\0'\n"})


def test_every_python_builds_the_same(bundle: Bundle) -> None:
    code = "from tools import build_bundle; print(build_bundle.build().digest)"
    started = [
        subprocess.Popen([str(python), "-c", code], cwd=ROOT, env={}, stdout=subprocess.PIPE)
        for python in map(interpreters.find, interpreters.SUPPORTED)
        if python
    ]
    digests = [process.communicate()[0].decode().strip() for process in started]
    assert set(digests) <= {bundle.digest}
    if len(digests) < len(interpreters.SUPPORTED):
        pytest.skip(f"{len(digests)} of {len(interpreters.SUPPORTED)} supported Pythons are here")


def test_the_chunks_give_the_zip_again(bundle: Bundle) -> None:
    files = build_bundle.decode("".join(bundle.chunks))
    assert make_zip(files) == bundle.archive
    assert max(map(len, bundle.chunks)) <= build_bundle.CHUNK_LIMIT


def test_the_number_of_chunks_follows_the_size() -> None:
    limit = build_bundle.CHUNK_LIMIT
    for size, lengths in ((0, []), (limit, [limit]), (limit + 1, [limit, 1])):
        assert [len(chunk) for chunk in Bundle(b"", "A" * size).chunks] == lengths


def test_a_bundle_over_budget_is_refused() -> None:
    with pytest.raises(ValueError, match="Budget"):
        Bundle(b"", "A" * (build_bundle.BUDGET + 1)).chunks  # noqa: B018


def test_nothing_compiled_and_nothing_unknown_is_carried(bundle: Bundle) -> None:
    for name in names(bundle):
        assert re.fullmatch(
            r"__main__\.py|secguard/LICENSES\.txt|(secguard|click|yaml)/[\w/]+\.py", name
        )


def test_every_module_of_the_package_is_carried(bundle: Bundle) -> None:
    package = ROOT / "python" / "secguard"
    own = {path.relative_to(package.parent).as_posix() for path in package.rglob("*.py")}
    assert own <= set(names(bundle))


def test_third_party_licences_are_carried_word_for_word() -> None:
    notices = (ROOT / "THIRD_PARTY_LICENSES").read_text(encoding="utf-8")
    found = vendor.licences(build_bundle.LOCK, build_bundle.WHEELS)
    assert set(found) == {"PyYAML 6.0.3", "click 8.1.8"}
    for package, text in found.items():
        assert f"==== {package} ====\n\n{text.strip()}\n" in notices
    assert "Copyright (c) 2001-2006 Gregory P. Ward." in notices


def test_what_is_left_out_is_never_asked_for() -> None:
    """Importing all modules, lazy imports too, needs nothing but what is carried."""
    files = build_bundle.members()
    modules = {name[:-3].replace("/", ".") for name in files if name.endswith(".py")}
    modules |= {name[: -len(".__init__")] for name in modules if name.endswith(".__init__")}
    for name, source in files.items():
        if name.startswith("secguard/") and name.endswith(".py"):
            for module in imported(source):
                if module.split(".")[0] in ("secguard", "click", "yaml"):
                    assert module in modules, f"{name} imports {module}"


def imported(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_every_name_taken_from_yaml_and_click_is_carried(bundle: Bundle, tmp_path: Path) -> None:
    used = {
        f"{node.value.id}.{node.attr}"
        for source in build_bundle.members().values()
        if "import yaml\n" in source or "import click\n" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("yaml", "click")
    }
    assert "yaml.ScalarNode" in used
    pyz = tmp_path / "secguard.pyz"
    pyz.write_bytes(bundle.archive)
    code = f"import sys; sys.path.insert(0, {str(pyz)!r}); import yaml, click; "
    code += f"assert yaml.__file__.startswith({str(pyz)!r}); {'; '.join(sorted(used))}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


def test_the_lock_names_one_wheel_for_each_package() -> None:
    wheels = vendor.locked(build_bundle.LOCK)
    assert [wheel.name for wheel in wheels] == ["click", "PyYAML"]


def test_a_wheel_with_another_digest_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "click-8.1.8-py3-none-any.whl").write_bytes(b"not the locked one")
    with pytest.raises(FileNotFoundError):
        vendor.sources(build_bundle.LOCK, tmp_path)
