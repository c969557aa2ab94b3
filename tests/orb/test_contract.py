"""The orb's parameters and the checker's options are the same things."""

from __future__ import annotations

import re
from typing import Any, Iterator

import click
import pytest
import yaml

from secguard.cli import cli
from tools import pack_orb

# What the scripts read.
CARRIED = re.compile(r"SECGUARD_(BOOT|START|SHA256|COMMANDS?|SUBCOMMAND|STAGE_PATH|BUNDLE_\d+)")
COMMANDS = sorted(path.stem for path in (pack_orb.SOURCES / "commands").glob("*.yml"))
NOT_OFFERED = {
    *("output_format", "outputs", "color", "today", "write_baseline"),
    *("engine_name", "workers", "checklist"),
}
CHECKERS = ["access", "check", "env", "images", "logs", "rotation", "scan"]
OTHERS = [name for name in COMMANDS if name not in CHECKERS]
VALUE = re.compile(r"<< parameters\.\w+ >>(/<< parameters\.\w+ >>)?")


def load(section: str, name: str) -> dict[str, Any]:
    path = pack_orb.SOURCES / section / f"{name}.yml"
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def environment(command: str) -> dict[str, str]:
    first = load("commands", command)["steps"][0]
    # What unpacks comes in several kinds, which set the same variables.
    step = first["when"]["steps"][0] if "when" in first else first
    found = step["run"].get("environment", {})
    assert isinstance(found, dict)
    return found


def read_by(name: str, *, inner: bool = False) -> Iterator[tuple[str, click.Parameter]]:
    """Yield the variables that a command of the checker reads, with what they set.

    With `inner`, also those of the commands that it has.
    """
    context = click.Context(cli, info_name="secguard", auto_envvar_prefix="SECGUARD")
    command = cli.get_command(context, name)
    assert command is not None
    context = click.Context(command, parent=context, info_name=name)
    yield from _read(context, command)
    if inner and isinstance(command, click.Group):
        for within, one in command.commands.items():
            yield from _read(click.Context(one, parent=context, info_name=within), one)


def _read(context: click.Context, command: click.Command) -> Iterator[tuple[str, click.Parameter]]:
    for parameter in command.params:
        fixed = parameter.envvar
        names = [fixed] if isinstance(fixed, str) else list(fixed or ())
        if not names and isinstance(parameter, click.Option) and parameter.name:
            names = [f"{context.auto_envvar_prefix}_{parameter.name.upper()}"]
        for variable in names:
            yield variable, parameter


@pytest.mark.parametrize("command", COMMANDS)
def test_a_step_sets_only_variables_that_something_reads(command: str) -> None:
    names = [name for name in environment(command) if not CARRIED.fullmatch(name)]
    given = environment(command)
    inner = "SECGUARD_SUBCOMMAND" in given
    read = dict(read_by(given["SECGUARD_COMMAND"], inner=inner)) if names else {}
    assert set(names) <= set(read)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_that_runs_is_the_one_whose_options_are_set(command: str) -> None:
    given = environment(command)
    runs = given.get("SECGUARD_COMMAND", "")
    assert runs == command or command in OTHERS
    for name, value in given.items():
        if not CARRIED.fullmatch(name):
            assert name.startswith(f"SECGUARD_{runs.upper()}_")
            assert VALUE.fullmatch(value)


@pytest.mark.parametrize("command", CHECKERS)
def test_every_parameter_reaches_the_checker(command: str) -> None:
    declared = set(load("commands", command)["parameters"])
    used = re.findall(r"<< parameters\.(\w+) >>", " ".join(environment(command).values()))
    assert set(used) == declared


@pytest.mark.parametrize("command", OTHERS)
def test_every_parameter_of_another_command_is_used(command: str) -> None:
    loaded = load("commands", command)
    used = re.findall(r"<< parameters\.(\w+) >>", str(loaded["steps"]))
    assert set(used) == set(loaded.get("parameters", {}))


@pytest.mark.parametrize("command", CHECKERS)
def test_every_option_is_a_parameter_but_those_for_a_terminal(command: str) -> None:
    options = {parameter.name for _, parameter in read_by(command)}
    offered = {
        {"path": "paths"}.get(name, name) for name in load("commands", command)["parameters"]
    }
    assert options - offered == NOT_OFFERED & options


@pytest.mark.parametrize("command", CHECKERS)
def test_an_enum_offers_what_the_option_takes_and_empty(command: str) -> None:
    options = dict(read_by(command))
    given = {value: name for name, value in environment(command).items()}
    for parameter, declared in load("commands", command)["parameters"].items():
        option = options[given[f"<< parameters.{parameter} >>"]]
        if isinstance(option.type, click.Choice):
            assert declared["enum"] == ["", *option.type.choices]
        if declared["type"] == "boolean":
            assert option.type is click.BOOL or option.is_flag  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", ["access", "check", "logs"])
def test_the_job_offers_every_parameter_of_the_command(command: str) -> None:
    of_command = load("commands", command)["parameters"]
    of_job = load("jobs", command)["parameters"]
    for name, declared in of_command.items():
        offered = {**of_job[name], "default": declared["default"]}
        if name == "report_dir":
            offered["description"] = declared["description"]
        assert offered == declared
    passed = str(load("jobs", command)["steps"])
    assert all(f"'{name}': '<< parameters.{name} >>'" in passed for name in of_command)


@pytest.mark.parametrize("command", CHECKERS)
def test_descriptions_name_the_option_s_own_default(command: str) -> None:
    options = dict(read_by(command))
    for parameter, declared in load("commands", command)["parameters"].items():
        option = options.get(f"SECGUARD_{command.upper()}_{parameter.upper()}")
        if not isinstance(option, click.Option) or option.default is None:
            continue
        if isinstance(option.type, click.Choice):
            assert f"empty means {option.default}" in declared["description"]
