"""Orbs: what is in scope in them, inline and nested ones, and packed sources from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from secguard.circleci.expand import expand
from secguard.circleci.orbs import MAX_NESTING, OrbStore, folder
from tests.unit.circleci.expanding import (
    JOBS,
    clean,
    errors,
    expanded,
    job_of,
    plain,
    root_of,
    steps_of,
)

HELLO = """\
  hello:
    commands:
      say:
        parameters: {what: {type: string}}
        steps: [{run: echo << parameters.what >>}]
    executors:
      small: {docker: [{image: orb/small:1}]}
    jobs:
      greet:
        parameters: {whom: {type: string, default: all}}
        executor: small
        steps:
          - say: {what: "Hello << parameters.whom >>"}
          - run: BODY
"""


def _config(body: str = "end", jobs: str = "[hello/greet: {whom: you}]") -> str:
    inline = HELLO.replace("BODY", body)
    return f"{JOBS}orbs:\n{inline}workflows:\n  main:\n    jobs: {jobs}\n"


def test_an_inline_orb_is_seen_through() -> None:
    assert plain(_config())["jobs"] == {
        "hello/greet": {
            "docker": [{"image": "orb/small:1"}],
            "steps": [{"run": {"command": "echo Hello you"}}, {"run": {"command": "end"}}],
        }
    }
    expansion = clean(_config())
    assert expansion.opaque == ()
    assert [step.orb for step in expansion.jobs[0].steps] == ["inline orb 'hello'"] * 2


def test_pipeline_values_are_in_scope_in_an_orb() -> None:
    assert steps_of(clean(_config("<< pipeline.number >>")), "hello/greet")[-1] == (
        "<< pipeline.number >>"
    )


@pytest.mark.parametrize("inline", [True, False])
def test_pipeline_parameters_are_not_in_scope_in_an_orb(inline: bool) -> None:
    body = "<< pipeline.parameters.name >>"
    if inline:
        expansion = expanded(_config(body))
    else:
        source = "version: 2.1\n" + "".join(
            f"{line[4:]}\n" for line in HELLO.replace("BODY", body).splitlines()[1:]
        )
        text = f"{JOBS}orbs: {{hello: a/b@1.0.0}}\nworkflows:\n  main:\n    jobs: [hello/greet]\n"
        expansion = expanded(text, {"a/b@1.0.0": source})
    assert [error.message for error in expansion.errors] == [
        "undeclared pipeline parameter: pipeline.parameters.name (an orb cannot see them)"
    ]


def test_an_orb_does_not_see_the_configs_commands() -> None:
    text = (
        _config()
        .replace("- run: end", "- mine")
        .replace("workflows:", "commands: {mine: {steps: [checkout]}}\nworkflows:")
    )
    assert errors(expanded(text), text) == ["mine: cannot find a definition for command named mine"]


def test_orbs_stand_in_orbs() -> None:
    text = (
        f"{JOBS}orbs:\n  outer:\n    orbs:\n      inner:\n        commands:\n"
        "          say: {steps: [{run: inner}]}\n      registry: acme/tools@1.0.0\n"
        "    jobs:\n      go:\n        machine: {image: default}\n"
        "        steps: [inner/say, registry/say, unseen/say]\n"
        "workflows:\n  main:\n    jobs: [outer/go]\n"
    )
    orb = "version: 2.1\ncommands: {say: {steps: [{run: registry}]}}\n"
    expansion = clean(text, {"acme/tools@1.0.0": orb})
    assert steps_of(expansion, "outer/go") == ["inner", "registry", "call"]
    assert [(orb.alias, orb.orb, orb.seen) for orb in expansion.orbs] == [
        ("outer", "", True),
        ("inner", "inline orb 'outer'", True),
        ("registry", "inline orb 'outer'", True),
    ]


def test_an_orb_that_is_not_there_is_unseen_with_all_its_parts() -> None:
    text = (
        f"{JOBS}orbs: {{far: acme/far@2}}\njobs:\n  job:\n    executor: far/place\n"
        "    steps: [far/step, checkout]\nworkflows:\n  main:\n    jobs: [job, far/job]\n"
    )
    expansion = clean(text)
    assert expansion.opaque == ("acme/far@2",)
    job = job_of(expansion, "job")
    assert (job.executor.kind, job.executor.orb) == ("opaque", "acme/far@2")
    assert [(step.kind, step.orb) for step in job.steps] == [
        ("call", "acme/far@2"),
        ("checkout", ""),
    ]
    assert job_of(expansion, "far/job").opaque == "far/job"


def test_a_reference_may_hold_a_pipeline_parameter() -> None:
    text = (
        f"{JOBS}orbs: {{far: acme/far@<< pipeline.parameters.count >>}}\n"
        "workflows:\n  main:\n    jobs: [far/go]\n"
    )
    orb = "version: 2.1\njobs: {go: {machine: true, steps: [{run: seen}]}}\n"
    assert steps_of(clean(text, {"acme/far@3": orb}), "far/go") == ["seen"]
    assert clean(text).opaque == ("acme/far@<< pipeline.parameters.count >>",)


def test_a_mapping_without_entries_is_filled_by_others() -> None:
    text = f"{JOBS}orbs: {{mine: {{}}}}\nworkflows:\n  main:\n    jobs: [mine/test]\n"
    assert clean(text).opaque == ("mine",)


def test_inline_orbs_are_followed_to_the_documented_depth() -> None:
    deep = MAX_NESTING + 1
    text = f"{JOBS}orbs:\n"
    for level in range(deep):
        text += "    " * level + f"  o{level}:\n" + "    " * level + "    orbs:\n"
    text += "    " * deep + "  last: {commands: {say: {steps: [checkout]}}}\n"
    expansion = clean(text + "workflows: {}\n")
    assert [orb.seen for orb in expansion.orbs] == [True] * MAX_NESTING + [False]


def test_definitions_of_an_inline_orb_that_nothing_uses_are_expanded() -> None:
    expansion = clean(_config(jobs="[hold: {type: approval}]"))
    assert [job.name for job in expansion.unused] == ["greet"]
    assert steps_of(expansion, "greet")[0] == "echo Hello << parameters.whom >>"


def test_sources_come_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    source = "version: 2.1\ncommands: {say: {steps: [{run: packed}]}}\n"
    (tmp_path / "acme" / "my_tools@1.2.3.yml").write_text(source, encoding="utf-8")
    (tmp_path / "secret.yml").write_text(source, encoding="utf-8")
    text = (
        f"{JOBS}orbs: {{tools: REF}}\njobs: {{job: {{machine: true, steps: [tools/say]}}}}\n"
        "workflows: {main: {jobs: [job]}}\n"
    )
    store = OrbStore((folder(tmp_path),))
    expansion = expand(root_of(text.replace("REF", "acme/my_tools@1.2.3")), store)
    assert steps_of(expansion, "job") == ["packed"]
    for reference in (
        "acme/my_tools@1.2",
        "acme/../secret@",
        "acme/my_tools",
        "../acme/my_tools@1.2.3",
    ):
        expansion = expand(root_of(text.replace("REF", reference)), store)
        assert steps_of(expansion, "job") == ["call"], reference


def test_a_packed_source_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "tools@1.0.0.yml").write_bytes(b"\xff\xfe")
    text = f"{JOBS}orbs: {{tools: acme/tools@1.0.0}}\nworkflows: {{}}\n"
    expansion = expand(root_of(text), OrbStore((folder(tmp_path),)))
    (error,) = expansion.errors
    assert error.incomplete
    assert error.message.startswith("the orb 'acme/tools@1.0.0' cannot be read: ")
