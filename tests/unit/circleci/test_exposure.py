"""Every gate that real configs put before a job, and what a job has to lose."""

from __future__ import annotations

import textwrap

import pytest

from secguard.circleci.config import Config, make_config
from secguard.circleci.events import Access, Reach
from secguard.circleci.exposure import Exposure
from secguard.source.text import TextFile
from secguard.source.tree import parse

HEAD = """\
version: 2.1
orbs:
  node: circleci/node@5
  aws: circleci/aws-cli@4.1.3
parameters:
  run-it: {type: boolean, default: false}
  main-run: {type: boolean, default: true}
  action: {type: string, default: build}
  amount: {type: integer, default: 3}
jobs:
  job:
    docker: [{image: cimg/base:2026.08}]
    steps: [checkout, {run: make}]
"""
ANY = Reach.ANY_BRANCH
CONDITION = Reach.CONDITION
FILTERED = Reach.FILTERED
SCHEDULED = Reach.SCHEDULED
NOBODY = Reach.NOBODY


def _config(text: str) -> Config:
    config = make_config(parse(TextFile("config.yml", text)), "config")
    wrong = [one for one in config.expansion.errors if "unreachable" not in one.message]
    assert not wrong, wrong
    return config


def _exposure(text: str, name: str = "job") -> Exposure:
    config = _config(text)
    return next(config.exposure(job) for job in config.jobs if job.name == name)


@pytest.mark.parametrize(
    ("filters", "reach", "forks"),
    [
        ("{}", ANY, True),
        ("{branches: {only: main}}", FILTERED, False),
        ("{branches: {only: [main, develop]}}", FILTERED, False),
        ("{branches: [main]}", FILTERED, False),
        ("{branches: {only: []}}", FILTERED, False),
        ("{branches: {only: /.*/}}", ANY, True),
        ("{branches: {only: [main, /.*/]}}", ANY, True),
        ("{branches: {only: /release-.*/}}", FILTERED, False),
        (r"{branches: {only: /^pull\/.*$/}}", ANY, True),
        (r"{branches: {only: '/^(?!pull\/).*$/'}}", ANY, False),
        ("{branches: {only: '/^(?!main$).*$/'}}", ANY, True),
        ("{branches: {only: /(a+)+/}}", CONDITION, False),
        ("{branches: {only: '/[/'}}", CONDITION, False),
        ("{branches: {ignore: main}}", ANY, True),
        ("{branches: {ignore: /.*/}}", FILTERED, False),
        (r"{branches: {ignore: '/pull\/[0-9]+/'}}", ANY, False),
        ("{branches: {ignore: [main, '/^(?!main$).*/']}}", FILTERED, False),
        ("{branches: {ignore: /(main|next)+/}}", CONDITION, False),
        ("{branches: {only: /.*/, ignore: main}}", ANY, True),
        ("{branches: {only: << pipeline.parameters.action >>}}", FILTERED, False),
        ("{branches: {only: << pipeline.number >>}}", CONDITION, False),
        ("{tags: {only: /.*/}}", ANY, True),
        ("{tags: {only: /^v.*/}, branches: {ignore: /.*/}}", FILTERED, False),
        ("{tags: {only: /^v.*/}, branches: {only: main}}", FILTERED, False),
        ("{tags: {ignore: /.*/}, branches: {only: main}}", FILTERED, False),
        ('pipeline.git.branch == "main"', FILTERED, False),
        ('pipeline.git.branch != "main"', ANY, True),
        ("pipeline.git.branch.is_default", FILTERED, False),
        ("not pipeline.git.branch.is_default", ANY, True),
        ("pipeline.git.branch matches /^pull.*$/", ANY, True),
        ("not (pipeline.git.branch matches /^pull.*$/)", ANY, False),
        ('pipeline.git.branch starts-with "release"', FILTERED, False),
        ("pipeline.git.tag matches /^v.*$/", FILTERED, False),
        ('pipeline.git.branch == "main" or pipeline.git.tag == ""', ANY, True),
        ('pipeline.git.branch == "main" or pipeline.parameters.run-it', CONDITION, False),
        ('pipeline.git.branch == "main" and pipeline.parameters.run-it', FILTERED, False),
        ("pipeline.parameters.main-run", ANY, True),
        ("pipeline.parameters.amount > 2", ANY, True),
        ("pipeline.parameters.amount > 3", CONDITION, False),
        ("pipeline.parameters.undeclared", CONDITION, False),
        ('pipeline.trigger_source == "api"', CONDITION, False),
        ('pipeline.trigger_source == "webhook"', ANY, True),
        ('pipeline.trigger_source == "scheduled_pipeline"', SCHEDULED, False),
        ("this is no expression", ANY, True),
    ],
)
def test_filters_gate_a_job(filters: str, reach: Reach, forks: bool) -> None:
    text = f"{HEAD}workflows:\n  main:\n    jobs:\n      - job:\n          filters: {filters}\n"
    assert _exposure(text).gate.access == Access(reach, forks)


@pytest.mark.parametrize(
    ("condition", "reach", "forks"),
    [
        ("when: true", ANY, True),
        ("when: false", NOBODY, False),
        ("unless: false", ANY, True),
        ("when: {equal: [main, << pipeline.git.branch >>]}", FILTERED, False),
        ("unless: {equal: [main, << pipeline.git.branch >>]}", ANY, True),
        ("when: {not: {equal: [main, << pipeline.git.branch >>]}}", ANY, True),
        (
            r"when: {matches: {pattern: '^pull\/[0-9]+$', value: << pipeline.git.branch >>}}",
            ANY,
            True,
        ),
        (
            r"unless: {matches: {pattern: '^pull\/[0-9]+$', value: << pipeline.git.branch >>}}",
            ANY,
            False,
        ),
        (r"when: {matches: {pattern: '^v.*$', value: << pipeline.git.tag >>}}", FILTERED, False),
        ("when: << pipeline.git.tag >>", FILTERED, False),
        ("when: {not: << pipeline.git.tag >>}", ANY, True),
        ("when: << pipeline.parameters.run-it >>", CONDITION, False),
        ("unless: << pipeline.parameters.run-it >>", ANY, True),
        ("when: << pipeline.parameters.main-run >>", ANY, True),
        ("when: {equal: [build, << pipeline.parameters.action >>]}", ANY, True),
        ("when: {equal: [deploy, << pipeline.parameters.action >>]}", CONDITION, False),
        (
            "when: {and: [<< pipeline.git.tag >>, << pipeline.parameters.run-it >>]}",
            FILTERED,
            False,
        ),
        (
            "when: {or: [<< pipeline.git.tag >>, << pipeline.parameters.run-it >>]}",
            CONDITION,
            False,
        ),
        ("when: {equal: [scheduled_pipeline, << pipeline.trigger_source >>]}", SCHEDULED, False),
        ("when: {equal: [nightly, << pipeline.schedule.name >>]}", SCHEDULED, False),
        ("when: {not: {equal: [scheduled_pipeline, << pipeline.trigger_source >>]}}", ANY, True),
        ("when: {equal: [api, << pipeline.trigger_source >>]}", CONDITION, False),
        (
            "when: {or: [{equal: [nightly, << pipeline.schedule.name >>]},"
            " << pipeline.parameters.run-it >>]}",
            CONDITION,
            False,
        ),
        ('when: pipeline.git.branch == "main"', FILTERED, False),
        ('when: pipeline.event.name == "pull_request"', CONDITION, False),
        ('when: pipeline.event.name == "push"', ANY, True),
        (
            "triggers: [{schedule: {cron: 0 0 * * *, filters: {branches: {only: main}}}}]",
            SCHEDULED,
            False,
        ),
    ],
)
def test_conditions_and_schedules_gate_a_workflow(
    condition: str, reach: Reach, forks: bool
) -> None:
    text = f"{HEAD}workflows:\n  main:\n    {condition}\n    jobs: [job]\n"
    assert _exposure(text).gate.access == Access(reach, forks)


MAIN = "filters: {branches: {only: main}}"
HOLD = "- hold: {type: approval}"


@pytest.mark.parametrize(
    ("jobs", "reach", "approved"),
    [
        (["- job: {requires: [other]}", "- other"], ANY, False),
        (["- job: {requires: [other]}", f"- other: {{{MAIN}}}"], FILTERED, False),
        (["- job: {requires: [other, more]}", f"- other: {{{MAIN}}}", "- more"], ANY, False),
        (["- job: {requires: [hold]}", HOLD], ANY, True),
        (["- job: {requires: [other]}", "- other: {requires: [hold]}", HOLD], ANY, True),
        (
            ["- job: {requires: [hold, more]}", "- more", f"- hold: {{type: approval, {MAIN}}}"],
            ANY,
            False,
        ),
        (
            [
                f"- job: {{requires: [hold, more], {MAIN}}}",
                "- more",
                f"- hold: {{type: approval, {MAIN}}}",
            ],
            FILTERED,
            True,
        ),
        (["- job: {requires: [hold: success]}", HOLD], ANY, True),
        (["- job: {requires: [hold: [success, canceled]]}", HOLD], ANY, False),
        (["- job: {requires: [other: terminal]}", "- other: {requires: [hold]}", HOLD], ANY, False),
        (["- job: {requires: [other: failed]}", "- other: {requires: [hold]}", HOLD], ANY, True),
        (["- job: {requires: [sign-off]}", "- hold: {type: approval, name: sign-off}"], ANY, True),
        (["- job: {requires: [other]}", "- other: {requires: [job]}"], ANY, False),
        (["- job: {requires: [gone]}"], ANY, False),
        (["- job: {type: approval}"], ANY, False),
    ],
)
def test_required_jobs_gate_those_that_wait(jobs: list[str], reach: Reach, approved: bool) -> None:
    head = HEAD + "  other: &o\n    docker: [{image: cimg/base:2026.08}]\n    steps: [checkout]\n"
    text = f"{head}  more: *o\nworkflows:\n  main:\n    jobs:\n"
    text += textwrap.indent("\n".join(jobs), "      ")
    gate = _exposure(text).gate
    assert (gate.access.reach, gate.approved) == (reach, approved)


def test_a_long_chain_of_jobs_is_followed_to_its_end() -> None:
    links = [f"- job: {{name: j{n}, requires: [j{n + 1}]}}" for n in range(1500)]
    jobs = "\n".join([*links, f"- job: {{name: j1500, {MAIN}}}"])
    text = f"{HEAD}workflows:\n  main:\n    jobs:\n{textwrap.indent(jobs, '      ')}\n"
    assert _exposure(text, "j0").reach is FILTERED


def test_a_job_that_no_workflow_runs_is_out_of_reach() -> None:
    text = HEAD + "  lone:\n    docker: [{image: cimg/base:2026.08}]\n    steps: [checkout]\n"
    assert _exposure(text + "workflows: {main: {jobs: [job]}}\n", "lone").reach is NOBODY


def test_a_job_loses_contexts_and_secrets_that_the_config_does_not_set() -> None:
    exposure = _exposure(
        """\
version: 2.1
jobs:
  job:
    docker: [{image: cimg/base:2026.08}]
    environment: {OWN_TOKEN: dummy}
    steps:
      - run: OTHER_TOKEN=$(make-one); use "$DEPLOY_TOKEN" "$OWN_TOKEN" "$OTHER_TOKEN" "$HOME"
      - run: GITHUB_TOKEN="$GITHUB_TOKEN" release
workflows:
  main:
    jobs:
      - job: {context: [prod, pulls]}
"""
    )
    assert exposure.contexts == ("prod", "pulls")
    assert exposure.secrets == ("DEPLOY_TOKEN", "GITHUB_TOKEN")
    assert exposure.loses
    assert exposure.at_stake == "contexts: prod, pulls; variables: DEPLOY_TOKEN, GITHUB_TOKEN"


def test_a_job_with_nothing_to_lose_says_so() -> None:
    exposure = _exposure(HEAD + "workflows: {main: {jobs: [job]}}\n")
    assert not exposure.loses and exposure.at_stake == ""


def test_foreign_code_and_outlets_are_told() -> None:
    exposure = _exposure(
        f"""\
version: 2.1
orbs:
  node: circleci/node@5
  aws: circleci/aws-cli@4.1.3
jobs:
  job:
    docker: [{{image: cimg/base:2026.08}}, {{image: "db@sha256:{"0" * 64}"}}]
    steps:
      - node/install
      - aws/setup
      - store_artifacts: {{path: out}}
      - persist_to_workspace: {{root: ., paths: [a, b]}}
      - add_ssh_keys
workflows:
  main: {{jobs: [job]}}
"""
    )
    assert [(one.kind, one.name, one.pinned) for one in exposure.foreign] == [
        ("orb", "circleci/node@5", False),
        ("orb", "circleci/aws-cli@4.1.3", True),
        ("image", "cimg/base:2026.08", False),
        ("image", f"db@sha256:{'0' * 64}", True),
    ]
    assert [(one.kind, [path.text for path in one.paths]) for one in exposure.outlets] == [
        ("store_artifacts", ["out"]),
        ("persist_to_workspace", ["a", "b"]),
    ]
    assert exposure.loses
