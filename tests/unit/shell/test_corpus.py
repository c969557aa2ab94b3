"""Real run commands are read as bash reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

import pytest
import yaml

from secguard.shell import interpreter, parse
from tests.unit.shell.test_properties import check

_CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
_PASTED = re.compile(r"(?<!\\)<<[#/^]?\s*[\w.-]+\s*>>")
_SAMPLE = 17  # every so many commands go to bash

pytestmark = pytest.mark.skipif(not _CORPUS.is_dir(), reason="the corpus is not here")


def _runs(node: yaml.Node) -> Iterator[tuple[str | None, str]]:
    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
            continue
        for key, value in node.value:
            waiting.append(value)
            if key.value != "run":
                continue
            if isinstance(value, yaml.ScalarNode):
                yield None, value.value
            elif isinstance(value, yaml.MappingNode):
                entries = {name.value: entry.value for name, entry in value.value}
                if isinstance(entries.get("command"), str):
                    yield entries.get("shell"), entries["command"]


def _scripts() -> list[str]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = set()
    for path in _CORPUS.glob("*.yml"):
        try:
            node = yaml.compose(path.read_text("utf-8", "replace"), Loader=loader)
        except yaml.YAMLError:
            continue
        for shell, text in _runs(node) if node else ():
            if interpreter(shell).posix:
                found.add(_PASTED.sub("\ue000", text).replace("\\<<", "<<"))
    return sorted(found)


@pytest.fixture(scope="module")
def scripts() -> list[str]:
    """Give each run command of the corpus once, as CircleCI's compiler would paste it."""
    found = _scripts()
    assert len(found) > 3000
    return found


def test_all_are_read_to_the_end_with_all_offsets_right(scripts: list[str]) -> None:
    for text in scripts:
        script = parse(text)
        assert script.incomplete is None
        check(script)


def test_bash_accepts_what_is_read_without_errors(scripts: list[str]) -> None:
    bash = shutil.which("bash")
    if not bash:
        pytest.skip("bash is not here")
    different = []
    sample = scripts[::_SAMPLE]
    for text in sample:
        typed = text.replace("\ue000", "hole").encode()
        accepted = subprocess.run([bash, "-n"], input=typed, capture_output=True).returncode == 0
        if accepted != (not parse(text).errors):
            different.append(text)
    assert len(different) <= len(sample) // 200, different
