"""What `orb-tools/review` asks of an orb, RC001 to RC012, checked offline."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Iterator

import pytest
import yaml

from secguard import __version__
from tools import pack_orb

SECTIONS = ("commands", "executors", "jobs", "examples")
SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
URL = "https://github.com/secguard/secguard-orb"


def components(*sections: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for section in sections:
        for path in sorted((pack_orb.SOURCES / section).glob("*.yml")):
            yield f"{section}/{path.name}", yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(value: Any) -> Iterator[Any]:
    """Yield every `run` step, also those in conditional steps."""
    if isinstance(value, dict):
        if "run" in value:
            yield value["run"]
        for inner in value.values():
            yield from steps(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from steps(inner)


@pytest.fixture(scope="module")
def top() -> dict[str, Any]:
    found = yaml.safe_load((pack_orb.SOURCES / "@orb.yml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_rc001_and_rc006_the_source_is_named(top: dict[str, Any]) -> None:
    assert top["display"]["source_url"] == URL


def test_rc002_every_component_and_parameter_has_a_description() -> None:
    for name, component in components(*SECTIONS):
        assert component.get("description"), name
        for parameter, declared in component.get("parameters", {}).items():
            assert declared.get("description"), f"{name}: {parameter}"


def test_rc003_there_are_examples() -> None:
    assert len(list(components("examples"))) >= 3


def test_rc004_examples_are_named_for_what_they_do() -> None:
    for name, _ in components("examples"):
        assert "example" not in Path(name).name


def test_rc005_the_description_says_enough(top: dict[str, Any]) -> None:
    assert len(top["description"]) >= 64


def test_rc007_the_home_is_named(top: dict[str, Any]) -> None:
    assert top["display"]["home_url"] == URL


def test_rc008_every_run_step_has_a_name() -> None:
    found = [run for _, component in components("commands", "jobs") for run in steps(component)]
    assert found
    for run in found:
        assert isinstance(run, dict)
        assert run.get("name")


def test_rc009_every_command_is_an_include() -> None:
    for name, component in components("commands", "jobs"):
        for run in steps(component):
            assert re.fullmatch(r"<<include\([\w./]+\)>>", run["command"]), name


def test_rc010_names_are_snake_case() -> None:
    for name, component in components(*SECTIONS):
        assert SNAKE_CASE.fullmatch(Path(name).stem)
        for parameter in component.get("parameters", {}):
            assert SNAKE_CASE.fullmatch(parameter), f"{name}: {parameter}"


def test_rc011_examples_use_the_current_major_version() -> None:
    major = max(1, int(__version__.split(".")[0]))
    for name, component in components("examples"):
        reference = component["usage"]["orbs"]["secguard"]
        assert re.fullmatch(rf"secguard/secguard@{major}\.\d+\.\d+", reference), name


def test_rc012_no_default_waits_for_a_variable() -> None:
    for name, component in components("commands", "executors", "jobs"):
        for parameter, declared in component.get("parameters", {}).items():
            assert "$" not in str(declared.get("default", "")), f"{name}: {parameter}"


def test_every_include_stays_in_the_folder_and_is_there() -> None:
    for path in sorted(pack_orb.SOURCES.rglob("*.yml")):
        for target in re.findall(r"include\(([^)]*)\)", path.read_text(encoding="utf-8")):
            assert ".." not in target
            assert (pack_orb.SOURCES / target).is_file(), target


def test_scripts_hold_nothing_that_the_compiler_would_read() -> None:
    for path in sorted((pack_orb.SOURCES / "scripts").iterdir()):
        text = path.read_text(encoding="utf-8")
        assert "<<" not in text, path.name
        assert "eval " not in text, path.name


def test_examples_expand_to_jobs_that_run(orb: dict[str, Any]) -> None:
    from tools.run_orb import compile_config

    for name, component in components("examples"):
        config = {**component["usage"], "orbs": {"secguard": orb}}
        for workflow in config["workflows"].values():
            # A schedule or a parameter decides; here they are to run.
            workflow.pop("when", None)
        compiled = compile_config(config)
        assert compiled["jobs"], name
        text = str(compiled["jobs"])
        assert "SECGUARD_BUNDLE_0" in text, name
        assert "<<" not in text, name
