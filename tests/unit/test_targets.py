"""From what the user names to configs: everything is read, or said not to be."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from secguard.source.text import MAX_BYTES
from secguard.targets import Loaded, load

CONFIG = "version: 2.1\njobs:\n  build: {machine: true, steps: [checkout]}\nworkflows: {}\n"
ORB = "version: 2.1\ndescription: x\ncommands:\n  say: {steps: [{run: echo}]}\n"


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _write(name: str, text: str | bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)


def _kinds(loaded: Loaded) -> dict[str, str]:
    return {config.uri: config.kind for config in loaded.configs}


def test_a_folder_gives_its_configs_and_its_orb() -> None:
    _write(".circleci/config.yml", CONFIG)
    _write(".circleci/more/continue.yml", CONFIG)
    _write("src/@orb.yml", "version: 2.1\ndescription: An orb.\n")
    _write("src/commands/say.yml", "steps: [{run: <<include(scripts/say.sh)>>}]\n")
    _write("src/scripts/say.sh", "echo\n")
    _write("other.yml", "a: b\n")
    loaded = load((".",))
    assert loaded.problems == []
    assert _kinds(loaded) == {
        ".circleci/config.yml": "config",
        ".circleci/more/continue.yml": "config",
        "src/@orb.yml": "orb",
    }
    assert "src/scripts/say.sh" in loaded.sources
    (orb,) = [config for config in loaded.configs if config.kind == "orb"]
    assert [script.text.text for script in orb.scripts] == ["echo\n"]


def test_a_folder_of_parts_is_one_config() -> None:
    _write(".circleci/src/@config.yml", "version: 2.1\n")
    _write(".circleci/src/jobs/build.yml", "machine: true\nsteps: [checkout]\n")
    _write(".circleci/src/workflows/main.yml", "jobs: [build]\n")
    loaded = load((".",))
    assert loaded.problems == []
    (config,) = loaded.configs
    assert [job.name for job in config.expansion.workflows[0].jobs] == ["build"]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.yml", CONFIG, "config"),
        ("a.yml", ORB, "orb"),
        ("a.yml", "commands:\n  say: {steps: [checkout]}\n", "fragment"),
        ("jobs/build.yml", "machine: true\nsteps: [checkout]\n", "fragment"),
        ("a.yml", "steps: [checkout]\nmachine: true\n", "fragment"),
        ("a.yml", "setup: true\n", "config"),
    ],
)
def test_a_file_is_told_by_what_it_holds(name: str, text: str, kind: str) -> None:
    _write(name, text)
    loaded = load((name,))
    assert (_kinds(loaded), loaded.problems) == ({name: kind}, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b\n", "the file is no CircleCI config and no orb"),
        ("", "the file is no CircleCI config and no orb"),
        ("a: [", "the file is not valid YAML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a\0b", "binary"),
        (b"#" * (MAX_BYTES + 1), "larger than"),
        ("a: &a [*a]\n", "an anchor holds an alias of itself"),
    ],
)
def test_a_named_file_that_is_not_checked_is_a_problem(text: str | bytes, said: str) -> None:
    _write("a.yml", text)
    loaded = load(("a.yml",))
    assert loaded.configs == []
    (problem,) = loaded.problems
    assert said in problem.message
    assert problem.where.uri == "a.yml"


def test_one_bad_file_does_not_keep_others_from_being_read() -> None:
    _write(".circleci/a.yml", "a: [")
    _write(".circleci/b.yml", CONFIG)
    loaded = load((".", "missing.yml"))
    assert _kinds(loaded) == {".circleci/b.yml": "config"}
    assert [problem.where.uri for problem in loaded.problems] == [".circleci/a.yml", "missing.yml"]


def test_other_yaml_in_a_folder_is_noted_and_no_problem() -> None:
    _write(".circleci/config.yml", CONFIG)
    _write(".circleci/values.yml", "a: b\n")
    loaded = load((".",))
    assert loaded.problems == []
    assert loaded.notes == [".circleci/values.yml is no CircleCI config and was left out"]


@pytest.mark.parametrize(("text", "problems"), [(CONFIG, 0), ("a: [", 1), ("a: b", 1)])
def test_standard_input_is_read(text: str, problems: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    loaded = load(("-",))
    assert len(loaded.problems) == problems
    assert list(loaded.sources) == ["<stdin>"]


def test_what_was_left_out_of_an_expansion_is_a_problem() -> None:
    commands = "".join(f"  c{n}: {{steps: [c{n + 1}, c{n + 1}]}}\n" for n in range(40))
    _write("a.yml", f"version: 2.1\ncommands:\n{commands}  c40: {{steps: [checkout]}}\n")
    (problem,) = load(("a.yml",)).problems
    assert problem.message.startswith("the config grows too large")


def test_a_script_that_is_not_read_to_its_end_is_a_problem() -> None:
    script = "echo " + "$(" * 5_000
    _write("a.yml", CONFIG.replace("checkout", f"{{run: '{script}'}}"))
    (problem,) = load(("a.yml",)).problems
    assert problem.message.startswith("the script was not read to its end: ")
