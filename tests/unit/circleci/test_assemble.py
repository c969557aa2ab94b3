"""Configs and orbs in several files, put together as the CircleCI CLI packs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from secguard.circleci.assemble import MAX_TEXT, Assembled, assemble
from secguard.circleci.expand import expand
from secguard.circleci.model import Expansion
from secguard.source.node import Node
from tests.unit.circleci.expanding import job_of, shown, steps_of

ORB = {
    "@orb.yml": "version: 2.1\ndescription: An orb.\norbs: {node: circleci/node@5.0.0}\n",
    "commands/greet.yml": (
        "parameters: {to: {type: string}}\nsteps:\n  - run:\n"
        "      environment: {TO: << parameters.to >>}\n"
        "      command: <<include(scripts/greet.sh)>>\n"
    ),
    "commands/@more.yml": "bye: {steps: [{run: echo bye}]}\n",
    "jobs/say.yaml": "executor: default\nsteps: [{greet: {to: you}}, bye]\n",
    "executors/default.yml": "docker: [{image: 'cimg/base:2026.08'}]\n",
    "examples/use.yml": "usage: {workflows: {main: {jobs: [say]}}}\n",
    "scripts/greet.sh": 'echo "hello $TO"\ncat <<EOF\n<< parameters.to >>\nEOF\n',
}


def _write(top: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return top


def _assembled(tmp_path: Path, files: dict[str, str]) -> Assembled:
    return assemble(_write(tmp_path / "repo" / "src", files), "src")


def _expanded(root: Node) -> Expansion:
    expansion = expand(root)
    assert expansion.errors == ()
    return expansion


def test_an_orb_is_put_together(tmp_path: Path) -> None:
    made = _assembled(tmp_path, ORB)
    assert made.problems == ()
    assert sorted(file.uri for file in made.files) == [
        "src/@orb.yml",
        "src/commands/@more.yml",
        "src/commands/greet.yml",
        "src/executors/default.yml",
        "src/jobs/say.yaml",
        "src/scripts/greet.sh",
    ]
    assert sorted(made.root.entries()) == [
        "commands",
        "description",
        "executors",
        "jobs",
        "orbs",
        "version",
    ]
    job = job_of(_expanded(made.root), "say")
    assert [image.reference.text for image in job.executor.images] == ["cimg/base:2026.08"]


def test_an_included_script_is_taken_as_it_is_and_keeps_its_place(tmp_path: Path) -> None:
    expansion = _expanded(_assembled(tmp_path, ORB).root)
    command = job_of(expansion, "say").steps[0].command
    assert command is not None
    assert command.text == ORB["scripts/greet.sh"]
    place = command.at(command.text.index("cat"), command.text.index("cat") + 3)
    assert (place.uri, shown(place, ORB["scripts/greet.sh"])) == ("src/scripts/greet.sh", "cat")


def test_an_included_script_that_is_handed_on_is_taken_as_it_is(tmp_path: Path) -> None:
    files = {
        "@orb.yml": "version: 2.1\n",
        "commands/call.yml": (
            "parameters: {it: {type: string}}\nsteps: [{run: << parameters.it >>}]\n"
        ),
        "jobs/say.yml": "machine: true\nsteps:\n  - call: {it: <<include(a.sh)>>}\n",
        "a.sh": "x << parameters.it >>\n",
    }
    expansion = _expanded(_assembled(tmp_path, files).root)
    assert steps_of(expansion, "say") == ["x << parameters.it >>\n"]


def test_files_may_stand_in_a_text(tmp_path: Path) -> None:
    files = {
        "@orb.yml": "version: 2.1\n",
        "jobs/say.yml": (
            "machine: true\nparameters: {a: {type: string, default: b}}\nsteps:\n"
            "  - run: set -e; <<include(a.sh)>>; << include(b.sh) >> << parameters.a >>\n"
        ),
        "a.sh": "cat <<A",
        "b.sh": "b << parameters.a >>",
    }
    (step,) = job_of(_expanded(_assembled(tmp_path, files).root), "say").steps
    assert step.command is not None
    assert step.command.display == "set -e; cat <<A; b << parameters.a >> << parameters.a >>"
    assert len(step.command.unknowns) == 1
    assert step.command.at(0, 3).uri == "src/jobs/say.yml"


def test_texts_do_not_grow_without_end(tmp_path: Path) -> None:
    files = {
        "@orb.yml": "version: 2.1\n",
        "jobs/say.yml": "machine: true\nsteps: [{run: 'x " + "<<include(a.sh)>>" * 50 + "'}]\n",
        "a.sh": "a" * (MAX_TEXT // 10),
    }
    (step,) = job_of(_expanded(_assembled(tmp_path, files).root), "say").steps
    assert step.command is not None
    assert MAX_TEXT // 2 < len(step.command.text) <= MAX_TEXT
    assert step.command.text.endswith("<<include(a.sh)>>")


@pytest.mark.parametrize("name", ["none.sh", "../../outside.sh", "link.sh", "dir", "binary.sh"])
def test_a_file_that_cannot_be_included_is_a_problem(name: str, tmp_path: Path) -> None:
    top = _write(
        tmp_path / "repo" / "src",
        {
            "@orb.yml": "version: 2.1\n",
            "jobs/say.yml": f"machine: true\nsteps: [{{run: <<include({name})>>}}]\n",
            "dir/a.txt": "",
        },
    )
    (tmp_path / "outside.sh").write_text("secret", encoding="utf-8")
    os.symlink(tmp_path / "outside.sh", top / "link.sh")
    (top / "binary.sh").write_bytes(b"\0\xff")
    made = assemble(top, "src")
    (problem,) = made.problems
    assert name in problem.message
    assert "secret" not in problem.message
    assert steps_of(expand(made.root), "say") == [f"<<include({name})>>"]


def test_a_neighbouring_folder_may_be_included_from(tmp_path: Path) -> None:
    _write(tmp_path / "repo", {"scripts/a.sh": "near\n"})
    made = _assembled(
        tmp_path,
        {
            "@orb.yml": "version: 2.1\n",
            "jobs/say.yml": "machine: true\nsteps: [{run: <<include(../scripts/a.sh)>>}]\n",
        },
    )
    assert steps_of(_expanded(made.root), "say") == ["near\n"]


def test_what_is_no_mapping_or_no_yaml_is_a_problem(tmp_path: Path) -> None:
    made = _assembled(
        tmp_path,
        {"@orb.yml": "version: 2.1\n", "jobs/a.yml": "[a]", "jobs/b.yml": "a", "jobs/c.yml": "{"},
    )
    assert [(problem.where.uri, problem.message.split(":")[0]) for problem in made.problems] == [
        ("src/jobs/a.yml", "the file is not a mapping and was left out"),
        ("src/jobs/b.yml", "the file is not a mapping and was left out"),
        ("src/jobs/c.yml", "the file is not valid YAML"),
    ]


def test_a_section_in_the_top_file_is_kept(tmp_path: Path) -> None:
    made = _assembled(
        tmp_path,
        {
            "@config.yml": "version: 2.1\njobs:\n  one: {machine: true, steps: [checkout]}\n",
            "jobs/two.yml": "machine: true\nsteps: [checkout]\n",
            "workflows/main.yml": "jobs: [one, two]\n",
            ".hidden/jobs.yml": "{",
            "notes.txt": "{",
        },
    )
    expansion = _expanded(made.root)
    assert [job.name for job in expansion.workflows[0].jobs] == ["one", "two"]
    assert expansion.unused == ()


def test_an_empty_folder_is_an_empty_config(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    made = assemble(tmp_path / "src", "src")
    assert (made.root.entries(), made.problems) == ({}, ())
