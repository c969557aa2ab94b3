"""Workflows: the names that jobs get, what they require, groups, approvals, pre- and post-steps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.circleci.expanding import (
    JOBS,
    clean,
    errors,
    expanded,
    job_of,
    plain,
    steps_of,
    told,
)

SAY = f"""\
{JOBS}jobs:
  a: &job
    parameters:
      to: {{type: string, default: you}}
    machine: {{image: default}}
    steps: [{{run: echo << parameters.to >>}}]
  b: *job
  c: *job
"""


def _workflows(*lists: str, more: str = "") -> str:
    text = SAY + more + "workflows:\n"
    for number, jobs in enumerate(lists, 1):
        rows = "".join(f"      {row}\n" for row in jobs.strip("\n").split("\n"))
        text += f"  w{number}:\n    jobs:\n{rows}"
    return text


def _names(text: str, **given: Any) -> list[list[str]]:
    return [[job.name for job in one.jobs] for one in clean(text, **given).workflows]


def test_a_job_that_is_called_once_keeps_its_name() -> None:
    assert _names(_workflows("- a\n- b: {to: me}\n- c: {name: third}")) == [["a", "b", "third"]]


def test_a_job_that_is_called_twice_gets_numbers() -> None:
    text = _workflows("- a: {to: x}\n- b\n- a: {to: y}\n- a: {name: mine}")
    assert _names(text) == [["a-1", "b", "a-2", "mine"]]
    assert steps_of(clean(text), "a-2") == ["echo y"]


def test_names_that_are_given_twice_get_numbers_as_well() -> None:
    assert _names(_workflows("- a: {name: x}\n- b: {name: x}")) == [["x-1", "x-2"]]


def test_numbers_go_on_across_workflows_where_arguments_differ() -> None:
    text = _workflows("- a: {to: x}\n- b", "- a: {to: y}\n- b", "- a: {to: x}")
    assert _names(text) == [["a-1", "b"], ["a-2", "b"], ["a-3"]]
    assert sorted(plain(text)["jobs"]) == ["a-1", "a-2", "a-3", "b"]


def test_pre_steps_make_a_call_another_one() -> None:
    assert _names(_workflows("- a", "- a: {pre-steps: [checkout]}")) == [["a-1"], ["a-2"]]


def test_approvals_of_the_same_name_are_no_calls() -> None:
    hold = "- hold: {type: approval, filters: {branches: {only: x}}}"
    assert _names(_workflows("- hold: {type: approval}", hold)) == [["hold"], ["hold"]]


def test_workflows_that_may_not_run_together_do_not_share_numbers() -> None:
    text = _workflows("- a: {to: x}", "- a: {to: y}").replace(
        "  w2:\n", "  w2:\n    when: << pipeline.parameters.flag >>\n"
    )
    assert _names(text) == [["a"], ["a"]]
    assert _names(text, values={"pipeline.parameters.flag": True}) == [["a-1"], ["a-2"]]
    assert _names(text, values={"pipeline.parameters.flag": False}) == [["a"], ["a"]]


def test_a_numbered_job_is_required_by_its_own_name() -> None:
    expansion = clean(_workflows("- a: {to: x}\n- a: {to: y, requires: [a]}"))
    assert [one.name.text for one in job_of(expansion, "a-2").requires] == ["a"]
    assert plain(_workflows("- a: {to: x}\n- a: {to: y, requires: [a]}"))["workflows"]["w1"] == {
        "jobs": ["a-1", {"a-2": {"requires": ["a-1"]}}]
    }


@pytest.mark.parametrize(
    ("jobs", "error"),
    [
        (
            "- a: {to: x}\n- a: {to: y}\n- a:\n    to: z\n    requires: [a]",
            "a: job 'a-3' requires 'a', which is the name of 2 other jobs in workflow 'w1'",
        ),
        (
            "- a: {to: x}\n- a: {to: y}\n- b:\n    requires:\n      - a",
            "a: job 'b' requires 'a', which is the name of 2 other jobs in workflow 'w1'",
        ),
        (
            "- a: {requires: [b]}\n- b: {requires: [a]}",
            "a: {requires: [b]}: the following jobs are unreachable: a, b",
        ),
        (
            "- a\n- b: {requires: [a, c]}\n- c: {requires: [b]}",
            "b: {requires: [a, c]}: the following jobs are unreachable: b, c",
        ),
    ],
)
def test_a_requires_that_cannot_be_met_is_an_error(jobs: str, error: str) -> None:
    text = _workflows(jobs)
    assert errors(expanded(text), text) == [error]


@pytest.mark.parametrize(
    "jobs",
    [
        "- a: {to: x}\n- a: {to: y}\n- b: {requires: [a-1, a-2]}",
        "- a: {to: x}\n- a: {to: y, name: second}\n- b: {requires: [a, second]}",
        "- a: {name: x}\n- b: {requires: [<< pipeline.parameters.name >>]}",
        "- a: {matrix: {parameters: {to: [x, y]}}}\n- b: {requires: [a]}",
        "- a: {requires: [nobody]}",
        "- a: {requires: [a]}",
    ],
)
def test_a_requires_that_can_be_met_or_that_nobody_knows_is_none(jobs: str) -> None:
    clean(_workflows(jobs))


def test_a_workflow_that_never_runs_is_not_refused() -> None:
    text = _workflows("- a: {requires: [b]}\n- b: {requires: [a]}")
    clean(text.replace("  w1:\n", "  w1:\n    when: false\n"))


def test_statuses_of_required_jobs_are_read() -> None:
    text = _workflows("- a\n- b\n- c: {requires: [a: failed, b: [success, canceled]]}")
    wanted = job_of(clean(text), "c").requires
    assert [(one.name.text, one.statuses) for one in wanted] == [
        ("a", ("failed",)),
        ("b", ("success", "canceled")),
    ]


def test_pre_and_post_steps_stand_around_the_jobs_own() -> None:
    text = _workflows(
        "- a:\n    pre-steps: [{run: before}, say]\n    post-steps:\n      - run: after",
        more="commands:\n  say:\n    steps: [{run: said}]\n",
    )
    assert steps_of(clean(text), "a") == ["before", "said", "echo you", "after"]


def test_an_invocation_is_read() -> None:
    text = _workflows(
        "- a:\n    context: [one, << pipeline.parameters.name >>]\n    serial-group: g/1\n"
        "    filters: {branches: {only: [main, /v.*/]}}\n"
        "- b: {context: two, filters: pipeline.number > 3}"
    )
    a, b = clean(text).workflows[0].jobs
    assert [one.display for one in a.contexts] == ["one", "<< pipeline.parameters.name >>"]
    assert a.serial_group is not None and a.serial_group.text == "g/1"
    assert [one.text for one in b.contexts] == ["two"]
    assert plain(text)["workflows"]["w1"]["jobs"] == [
        {
            "a": {
                "context": ["one", "<< pipeline.parameters.name >>"],
                "filters": {"branches": {"only": ["main", "/v.*/"]}},
                "serial-group": "g/1",
            }
        },
        {"b": {"context": ["two"], "filters": "pipeline.number > 3"}},
    ]


@pytest.mark.parametrize("type", ["approval", "no-op"])
def test_jobs_without_a_definition_are_known_by_their_type(type: str) -> None:
    expansion = clean(_workflows(f"- hold: {{type: {type}}}\n- a: {{requires: [hold]}}"))
    assert [(job.name, job.type) for job in expansion.workflows[0].jobs] == [
        ("hold", type),
        ("a", "build"),
    ]


def test_a_job_that_nobody_defines_is_an_error() -> None:
    text = _workflows("- nobody\n- a: {from: x}")
    assert errors(expanded(text), text) == [
        "nobody: cannot find a definition for job named nobody",
        "from: unexpected argument(s): from",
    ]


@pytest.mark.parametrize(
    ("job", "error"),
    [
        ("d: {machine: true}", "{machine: true}: job 'd' has no steps"),
        ("d: [checkout]", "[checkout]: job 'd' is not a mapping"),
        ("d:", ": job 'd' is not a mapping"),
    ],
)
def test_a_job_needs_steps(job: str, error: str) -> None:
    text = _workflows("- a", more=f"  {job}\n")
    assert errors(expanded(text), text)[0].startswith(error)


def test_jobs_that_no_workflow_runs_are_expanded_by_themselves() -> None:
    expansion = clean(_workflows("- a"))
    assert [(job.name, job.workflow) for job in expansion.unused] == [("b", ""), ("c", "")]
    assert steps_of(expansion, "b") == ["echo << parameters.to >>"]


def test_a_config_without_workflows_runs_its_build_job() -> None:
    text = "version: 2.1\njobs:\n  build: {machine: true, steps: [checkout]}\n"
    (workflow,) = clean(text).workflows
    assert [job.name for job in workflow.jobs] == ["build"]


def test_a_setup_config_says_so() -> None:
    assert clean("version: 2.1\nsetup: true\nworkflows: {}\n").setup
    assert not clean("version: 2.1\nworkflows: {}\n").setup


def test_schedules_are_kept() -> None:
    text = _workflows("- a").replace(
        "  w1:\n",
        "  w1:\n    triggers: [{schedule: {cron: 0 0 * * *, filters: {branches: {only: m}}}}]\n",
    )
    assert plain(text)["workflows"]["w1"]["triggers"] == [
        {"schedule": {"cron": "0 0 * * *", "filters": {"branches": {"only": "m"}}}}
    ]


GROUP = """\
job-groups:
  deploy:
    jobs:
      - b
      - c: {requires: [b]}
"""


def test_a_job_group_stands_for_its_jobs() -> None:
    text = _workflows(
        "- a\n- deploy: {requires: [a], serial-group: key}\n- b: {name: last, requires: [deploy]}",
        more=GROUP,
    )
    assert plain(text)["workflows"]["w1"]["jobs"] == [
        "a",
        {"deploy/b": {"requires": ["a"], "serial-group": "key"}},
        {"deploy/c": {"requires": ["deploy/b"], "serial-group": "key"}},
        {"last": {"requires": ["deploy/b", "deploy/c"]}},
    ]


def test_a_job_group_that_is_called_twice_stays_apart() -> None:
    text = _workflows(
        "- deploy: {name: one}\n"
        "- deploy: {name: two, requires: [one], filters: {branches: {only: m}}}",
        more=GROUP,
    )
    assert plain(text)["workflows"]["w1"]["jobs"] == [
        "one/b",
        {"one/c": {"requires": ["one/b"]}},
        {"two/b": {"requires": ["one/b", "one/c"], "filters": {"branches": {"only": "m"}}}},
        {"two/c": {"requires": ["two/b"], "filters": {"branches": {"only": "m"}}}},
    ]


@pytest.mark.parametrize(
    ("jobs", "group", "error"),
    [
        ("- deploy: {context: x}", GROUP, "context: a job group takes no 'context'"),
        (
            "- deploy",
            "job-groups:\n  deploy: {jobs: [deploy]}\n",
            "deploy: a job group cannot hold the job group 'deploy'",
        ),
    ],
)
def test_what_a_job_group_cannot_do_is_an_error(jobs: str, group: str, error: str) -> None:
    text = _workflows(jobs, more=group)
    assert error in errors(expanded(text), text)


def test_a_job_may_be_replaced_by_an_orbs() -> None:
    orb = "version: 2.1\njobs:\n  b: {machine: true, steps: [{run: theirs}]}\n"
    text = _workflows(
        "- a: {override-with: x/b}\n- b: {override-with: x/none}\n- c: {override-with: y/b}",
        more="orbs: {x: acme/x@1.0.0, y: acme/y@1.0.0}\n",
    )
    expansion = clean(text, {"acme/x@1.0.0": orb})
    assert steps_of(expansion, "a") == ["theirs"]
    assert steps_of(expansion, "b") == ["echo you"]
    steps = job_of(expansion, "c").steps
    assert [(told(step), step.orb) for step in steps] == [
        ("call", "acme/y@1.0.0"),
        ("echo you", ""),
    ]


def test_a_job_of_an_unseen_orb_keeps_what_is_given_to_it() -> None:
    text = _workflows(
        "- x/test: {version: '1', after: [{run: mine}], pre-steps: [checkout]}",
        more="orbs: {x: acme/x@1.0.0}\n",
    )
    (job,) = clean(text).workflows[0].jobs
    assert (job.opaque, job.orb) == ("x/test", "acme/x@1.0.0")
    assert [told(step) for step in job.steps] == ["checkout", "mine"]
    assert plain(text)["jobs"]["x/test"] == {"orb-job": "x/test", "version": "1"}


def test_workflows_may_stand_in_a_list() -> None:
    text = f"{SAY}workflows:\n  - one: {{jobs: [a]}}\n  - two: {{jobs: [b]}}\n"
    assert _names(text) == [["a"], ["b"]]
