"""Bundles are the same whoever builds them, hold what they must, and fit into their chunks."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import zipfile

import pytest

from tests.tools import interpreters
from tools import build_bundle, vendor
from tools.build_bundle import Bundle, make_zip

ROOT = build_bundle.ROOT


@pytest.fixture(scope="module")
def bundles() -> dict[str, Bundle]:
    return build_bundle.build()


@pytest.fixture(params=list(build_bundle.PURPOSES))
def bundle(request: pytest.FixtureRequest, bundles: dict[str, Bundle]) -> Bundle:
    return bundles[request.param]


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


def test_every_python_builds_the_same(bundles: dict[str, Bundle]) -> None:
    code = "from tools import build_bundle as b; print(b.summary(b.build()))"
    started = [
        subprocess.Popen([str(python), "-c", code], cwd=ROOT, env={}, stdout=subprocess.PIPE)
        for python in map(interpreters.find, interpreters.SUPPORTED)
        if python
    ]
    told = [process.communicate()[0].decode().strip() for process in started]
    digests = [re.findall("[0-9a-f]{64}", text) for text in told]
    for found in digests:
        assert found == [bundle.digest for bundle in bundles.values()]
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


def test_every_bundle_is_within_its_budget(bundles: dict[str, Bundle]) -> None:
    assert build_bundle.within_budget(bundles) == bundles
    assert set(build_bundle.BUDGETS) == set(bundles)


def test_a_bundle_over_budget_is_refused(bundles: dict[str, Bundle]) -> None:
    large = {**bundles, "mask": Bundle(b"", "A" * (build_bundle.BUDGETS["mask"] + 1))}
    with pytest.raises(
        ValueError, match=r"mask: \d+ characters to carry, \d+ at most: see 'Budget'"
    ):
        build_bundle.within_budget(large)


def test_nothing_compiled_and_nothing_unknown_is_carried(bundle: Bundle) -> None:
    for name in names(bundle):
        assert re.fullmatch(
            r"__main__\.py|secguard/LICENSES\.txt|(secguard|click|yaml)/[\w/]+\.py", name
        )


def test_third_party_licences_are_carried_word_for_word() -> None:
    notices = (ROOT / "THIRD_PARTY_LICENSES").read_text(encoding="utf-8")
    found = vendor.licences(build_bundle.LOCK, build_bundle.WHEELS)
    assert set(found) == {"PyYAML 6.0.3", "click 8.1.8"}
    for package, text in found.items():
        assert f"==== {package} ====\n\n{text.strip()}\n" in notices
    assert "Copyright (c) 2001-2006 Gregory P. Ward." in notices
