"""The expanded config as data: in the form of version 2, with what is open marked as such."""

from __future__ import annotations

import yaml

from secguard.circleci.compiled import compiled
from secguard.circleci.dump import dump
from tests.unit.circleci.expanding import JOBS, clean, plain, with_steps


def test_a_job_is_written_with_everything_it_has() -> None:
    text = (
        f"{JOBS}jobs:\n  job:\n    docker:\n      - image: a:1\n"
        "        auth: {username: u, password: $P}\n"
        "        environment: {X: 1}\n      - {image: b, command: [run, it]}\n"
        "    parallelism: << pipeline.parameters.count >>\n    working_directory: ~/x\n"
        "    environment: {A: << pipeline.parameters.name >>, B: 2, C: 'no', D: on, E: }\n"
        "    steps:\n      - checkout: {path: x}\n      - run: {command: a, background: true}\n"
        "workflows: {main: {jobs: [job]}}\n"
    )
    assert plain(text) == {
        "version": 2,
        "jobs": {
            "job": {
                "parallelism": "<< pipeline.parameters.count >>",
                "docker": [
                    {
                        "image": "a:1",
                        "auth": {"username": "u", "password": "$P"},
                        "environment": {"X": 1},
                    },
                    {"image": "b", "command": ["run", "it"]},
                ],
                "working_directory": "~/x",
                "environment": {
                    "A": "<< pipeline.parameters.name >>",
                    "B": 2,
                    "C": "no",
                    "D": True,
                    "E": None,
                },
                "steps": [
                    {"checkout": {"path": "x"}},
                    {"run": {"command": "a", "background": True}},
                ],
            }
        },
        "workflows": {"version": 2, "main": {"jobs": ["job"]}},
    }


def test_numbers_that_are_no_plain_numbers_stay_text() -> None:
    text = with_steps(
        f"- run:\n    command: a\n    environment: {{A: 0x1f, B: 007, C: 1_000, D: 1.50, "
        f"E: 0, F: -3, G: {'9' * 30}, H: 2020-01-01, I: -0}}"
    )
    (step,) = plain(text)["jobs"]["job"]["steps"]
    assert step["run"]["environment"] == {
        "A": "0x1f",
        "B": "007",
        "C": "1_000",
        "D": "1.50",
        "E": 0,
        "F": -3,
        "G": "9" * 30,
        "H": "2020-01-01",
        "I": 0,
    }


def test_what_depends_on_a_condition_stands_below_it() -> None:
    text = with_steps(
        "- run: first\n- say: {loud: << pipeline.parameters.flag >>}\n- run: last",
        "commands:\n  say:\n    parameters: {loud: {type: boolean}}\n    steps:\n"
        "      - when:\n          condition: << parameters.loud >>\n          steps:\n"
        "            - run: one\n            - unless:\n"
        "                condition: {equal: [a, << pipeline.git.branch >>]}\n"
        "                steps: [{run: two}, {run: three}]\n            - run: four\n",
    )
    assert plain(text)["jobs"]["job"]["steps"] == [
        {"run": {"command": "first"}},
        {
            "when": {
                "condition": "<< pipeline.parameters.flag >>",
                "steps": [
                    {"run": {"command": "one"}},
                    {
                        "unless": {
                            "condition": {"equal": ["a", "<< pipeline.git.branch >>"]},
                            "steps": [{"run": {"command": "two"}}, {"run": {"command": "three"}}],
                        }
                    },
                    {"run": {"command": "four"}},
                ],
            }
        },
        {"run": {"command": "last"}},
    ]


def test_a_condition_on_steps_is_written_as_it_stands() -> None:
    text = with_steps(
        "- say: {then: [checkout]}",
        "commands:\n  say:\n    parameters: {then: {type: steps}}\n    steps:\n      - when:\n"
        "          condition: {and: [<< parameters.then >>, << pipeline.parameters.flag >>]}\n"
        "          steps: << parameters.then >>\n",
    )
    assert plain(text)["jobs"]["job"]["steps"] == [
        {
            "when": {
                "condition": {"and": ["<< parameters.then >>", "<< pipeline.parameters.flag >>"]},
                "steps": ["checkout"],
            }
        }
    ]


def test_workflows_that_may_run_say_when() -> None:
    text = (
        f"{JOBS}workflows:\n"
        "  maybe: {when: << pipeline.parameters.flag >>, unless: pipeline.number > 3, jobs: []}\n"
        "  never: {when: false, jobs: []}\n  always: {unless: false, jobs: []}\n"
    )
    assert plain(text)["workflows"] == {
        "version": 2,
        "maybe": {
            "when": "<< pipeline.parameters.flag >>",
            "unless": "pipeline.number > 3",
            "jobs": [],
        },
        "always": {"jobs": []},
    }


def test_types_of_jobs_are_kept() -> None:
    text = (
        f"{JOBS}jobs:\n  out: {{type: release, plan_name: x}}\n  gate: {{type: no-op}}\n"
        "workflows: {main: {jobs: [out, gate, {hold: {type: approval}}, {end: {type: no-op}}]}}\n"
    )
    assert plain(text) == {
        "version": 2,
        "jobs": {"out": {"plan_name": "x", "type": "release", "steps": []}},
        "workflows": {
            "version": 2,
            "main": {
                "jobs": [
                    "out",
                    {"gate": {"type": "no-op"}},
                    {"hold": {"type": "approval"}},
                    {"end": {"type": "no-op"}},
                ]
            },
        },
    }


def test_what_is_written_is_read_as_the_same_jobs() -> None:
    text = with_steps(
        "- say: {what: 'a: b'}\n- when: {condition: << pipeline.number >>, steps: [checkout]}",
        "commands:\n  say:\n    parameters: {what: {type: string}}\n"
        "    steps: [{run: 'echo << parameters.what >>\n\n            end\n'}]\n",
    )
    written = dump(plain(text))
    assert yaml.safe_load(written) == plain(text)
    assert (
        compiled(clean(written.replace("version: 2", "version: 2.1", 1)))["jobs"]
        == plain(text)["jobs"]
    )
