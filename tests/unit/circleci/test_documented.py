"""The examples of CircleCI's documentation: each comes to what the documentation says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from secguard.circleci.compiled import compiled
from secguard.circleci.model import Expansion
from secguard.circleci.overlay import overlay
from tests.unit.circleci.expanding import (
    clean,
    expanded,
    job_of,
    plain,
    root_of,
    shown,
    steps_of,
    told,
)

EXAMPLES = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "docs-configs"

pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the examples of the documentation are not here"
)


def _text(name: str) -> str:
    return (EXAMPLES / f"{name}.yml").read_text(encoding="utf-8")


def _jobs(name: str, orbs: dict[str, str] | None = None) -> dict[str, Any]:
    found = plain(_text(name), orbs)["jobs"]
    assert isinstance(found, dict)
    return found


def _runs(steps: list[Any]) -> list[str]:
    return [step["run"]["command"] if isinstance(step, dict) else step for step in steps]


def _lone(name: str, job: str) -> list[str]:
    return steps_of(clean(_text(name)), job)


def test_a_parameter_of_a_command() -> None:
    assert _runs(_jobs("reusing-config-28")["my-job"]["steps"]) == ['echo "Hello My-Name"']
    assert _lone("reusing-config-481", "myjob") == ["echo Hello Lev"]
    assert _lone("reusing-config-431", "sayhello") == ["echo Hello << parameters.to >>"]


def test_a_parameter_handed_from_a_job_to_a_command() -> None:
    for name in ("reusing-config-878", "reusing-config-1016"):
        (command,) = _runs(_jobs(name)["sayhello"]["steps"])
        assert "Everyone" in command


def test_conditions_on_a_boolean_parameter() -> None:
    expansion = clean(_text("reusing-config-130"))
    assert [
        (told(step), bool(step.conditions)) for step in job_of(expansion, "npm-install").steps
    ] == [
        ("npm clean-install", True),
        ("npm install", True),
    ]


def test_an_integer_keeps_its_type() -> None:
    assert _jobs("reusing-config-168")["build"]["parallelism"] == 2


def test_an_enum_whose_default_is_not_in_its_list() -> None:
    clean(_text("reusing-config-196"))
    (error,) = expanded(_text("reusing-config-212")).errors
    assert shown(error.where, _text("reusing-config-212")) == '"windows"'


def test_executor_parameters_in_both_forms() -> None:
    jobs = _jobs("reusing-config-240")
    assert list(jobs) == ["test-1", "test-2", "test-3"]
    assert jobs["test-1"]["docker"] == [{"image": "ubuntu:bionic"}]
    assert jobs["test-2"]["docker"] == [{"image": "ubuntu:xenial"}]
    assert jobs["test-2"]["environment"] == {"SOME_VAR": "foobar"}
    assert jobs["test-3"]["machine"] == {
        "image": "ubuntu-2404:edge",
        "docker_layer_caching": True,
    }
    assert jobs["test-3"]["resource_class"] == "medium"


def test_steps_given_to_a_command_are_flattened() -> None:
    expected = root_of(_text("reusing-config-356")).get("steps")
    assert expected is not None
    commands = [step.entries()["run"][1].text for step in expected.items]
    assert len(commands) == 4
    assert _lone("reusing-config-327", "build") == commands


def test_names_of_variables_are_pasted() -> None:
    """The result on the page has one backslash where the example has two."""
    found = _jobs("reusing-config-395")["build"]["steps"]
    expected = _jobs("reusing-config-374")["build"]["steps"]
    words = [_runs(steps)[0].replace("\\", "").split() for steps in (found, expected)]
    assert words[0] == words[1]


def test_a_named_executor() -> None:
    for name in ("reusing-config-633", "reusing-config-716"):
        (job,) = clean(_text(name)).unused
        assert [image.reference.text.split(":")[0] for image in job.executor.images] == [
            "cimg/ruby"
        ]


def test_the_jobs_docker_wins_and_environments_add_up() -> None:
    (found,) = clean(_text("reusing-config-835")).workflows[0].jobs
    (expected,) = clean(_text("reusing-config-858")).workflows[0].jobs
    for job in (found, expected):
        assert [image.reference.text for image in job.executor.images] == ["cimg/base:stable"]
        assert [(one.name, one.value.text) for one in job.all_environment()] == [("ENV", "ci")]
        assert [told(step) for step in job.steps] == ['echo "Node will not be installed."']


def test_an_executor_with_parameters() -> None:
    found = compiled(expanded(_text("reusing-config-974")))["jobs"]["build"]
    assert found == compiled(clean(_text("reusing-config-999")))["jobs"]["build"]


def test_a_matrix_over_the_parameter_of_an_executor() -> None:
    jobs = _jobs("reusing-config-741")
    assert {name: job["docker"][0]["image"] for name, job in jobs.items()} == {
        f"test-{version}": f"cimg/node:{version}" for version in ("13.11.0", "12.16.0", "10.19.0")
    }


def test_executors_of_two_orbs_of_the_same_name() -> None:
    expansion = expanded(
        _text("reusing-config-812"),
        {
            "somenamespace/foo@1": _text("reusing-config-786"),
            "someothernamespace/baz@3.3.1": _text("reusing-config-800"),
        },
    )
    assert {
        job.name: [image.reference.text for image in job.executor.images]
        for job in expansion.unused
    } == {"some-job": ["cimg/base:2023.11"], "some-other-job": ["cimg/base:stable"]}
    assert job_of(expansion, "some-job").executor.environment[0].name == "RUN_TESTS"


def test_a_job_of_an_orb() -> None:
    jobs = _jobs(
        "reusing-config-951", {"somenamespace/hello-orb@volatile": _text("reusing-config-925")}
    )
    assert _runs(jobs["hello-orb/sayhello"]["steps"]) == ['echo "Everyone"']


@pytest.mark.parametrize("name", ["reusing-config-1090", "configuration-reference-3702"])
def test_pre_and_post_steps(name: str) -> None:
    assert _runs(_jobs(name)["bar"]["steps"]) == [
        'echo "install custom dependency"',
        "checkout",
        'echo "building"',
        'echo "testing"',
        'echo "upload artifact to s3"',
    ]


def test_when_and_unless() -> None:
    assert {name: _runs(job["steps"])[1] for name, job in _jobs("reusing-config-1125").items()} == {
        "myjob-1": 'echo "don\'t preinstall"',
        "myjob-2": 'echo "preinstall"',
        "myjob-3": 'echo "don\'t preinstall"',
    }


def test_names_that_have_to_be_given() -> None:
    text = (
        _text("reusing-config-1056")
        + "jobs:\n"
        + "".join(
            f"  {name}: {{machine: true, parameters: {{saywhat: {{type: string, default: a}}}}, "
            "steps: [checkout]}\n"
            for name in ("loadsay", "sayhello", "saygoodbye")
        )
    )
    assert plain(text)["workflows"]["build"]["jobs"] == [
        "loadsay",
        {"sayhello": {"requires": ["loadsay"]}},
        "SayHelloChad",
        {"saygoodbye": {"requires": ["SayHelloChad"]}},
    ]


@pytest.mark.parametrize(
    ("name", "job", "steps"),
    [
        (
            "reusing-config-1212",
            "my-orb/my_job",
            ["checkout", 'echo "Run my tests"', "store_test_results"],
        ),
        (
            "create-an-inline-orb-186",
            "my-orb/my-job",
            ["checkout", "call", "npm test", "store_test_results"],
        ),
        (
            "create-an-inline-orb-125",
            "my-tools/test-1",
            ["checkout", "pip install -r requirements.txt", "pytest tests/"],
        ),
        (
            "create-an-inline-orb-79",
            "deploy-tools/deploy-to-staging",
            ["checkout", 'echo "Deploying to staging"\n./scripts/deploy.sh staging\n'],
        ),
        ("create-an-inline-orb-228", "backend/test", ["checkout", "pytest backend/tests/"]),
    ],
)
def test_inline_orbs(name: str, job: str, steps: list[str]) -> None:
    assert _lone(name, job) == steps


def test_inline_orbs_have_executors() -> None:
    images = {
        name: job["docker"][0]["image"] for name, job in _jobs("create-an-inline-orb-125").items()
    }
    assert images == {
        "my-tools/test-1": "cimg/python:3.11",
        "my-tools/test-2": "cimg/python:3.9",
    }
    job = job_of(clean(_text("create-an-inline-orb-186")), "my-orb/my-job")
    assert (job.executor.kind, job.executor.orb) == ("opaque", "circleci/node@5.0")


def test_names_for_the_parts_of_an_orb() -> None:
    orb = (
        "version: 2.1\nexecutors: {their-executor: {docker: [{image: theirs:1}]}}\n"
        "commands:\n  their-command:\n    parameters: {param1: {type: string}}\n"
        "    steps: [{run: << parameters.param1 >>}]\n"
        "jobs: {their-job: {machine: true, steps: [checkout]}}\n"
    )
    expansion = clean(_text("orb-concepts-430"), {"some-ns/some-orb@volatile": orb})
    job = job_of(expansion, "another-job")
    assert [told(step) for step in job.steps] == ["hello"]
    assert [image.reference.text for image in job.executor.images] == ["theirs:1"]


def test_the_full_example_of_the_reference() -> None:
    found = plain(_text("configuration-reference-3938"))
    build = found["jobs"]["build"]
    assert [image["image"].split(":")[0] for image in build["docker"]][:3] == [
        "ubuntu",
        "mongo",
        "postgres",
    ]
    assert build["environment"] == {"TEST_REPORTS": "/tmp/test-reports"}
    assert "create_jars.sh << pipeline.number >>" in build["steps"][5]["run"]["command"]
    assert [
        list(job) if isinstance(job, dict) else job
        for job in found["workflows"]["build-deploy"]["jobs"]
    ] == [
        ["build"],
        ["deploy-stage"],
        ["deploy-prod"],
    ]


def test_what_the_compiler_printed_fills_an_orb_in() -> None:
    source = clean(_text("manual-orb-authoring-process-155"))
    assert source.opaque == ("circleci/node@4.7.0",)
    whole = overlay(source, root_of(_text("manual-orb-authoring-process-175"), "compiled.yml"))
    assert whole.opaque == ()
    job = job_of(whole, "node/test")
    assert [image.reference.text for image in job.executor.images] == ["cimg/node:13.11.0"]
    assert [step.name for step in job.steps] == [
        "checkout",
        "Checking for package.json",
        "Determine lockfile",
        "restore_cache",
        "Installing NPM packages",
        "save_cache",
        "Run NPM Tests",
    ]


def test_what_the_compiler_printed_is_read_as_it_is() -> None:
    """Version 2 knows no templates, and its cache keys are the agent's business."""
    text = _text("manual-orb-authoring-process-175")
    expansion = clean(text)
    assert expansion.opaque == ()
    printed = compiled(expansion)
    assert printed["jobs"]["node/test"]["steps"][3]["restore_cache"]["keys"][2] == (
        "node-deps-{{ arch }}-v1-{{ .Branch }}-"
    )


def test_a_backslash_before_a_template() -> None:
    (command,) = [
        told(step)
        for step in job_of(clean(_text("sample-config-456")), "test-windows").steps
        if "Expand-Archive" in told(step)
    ]
    assert ".\\iperf3-cygwin64.zip" in command


GROUPS = {
    "job-group": [
        "build",
        {"deploy-and-release/deploy": {"requires": ["build"]}},
        {"deploy-and-release/release": {"requires": ["deploy-and-release/deploy"]}},
        {"notify": {"requires": ["deploy-and-release/deploy", "deploy-and-release/release"]}},
    ],
    "job-group-with-serial-group": [
        "build",
        {
            "deploy-and-release/deploy": {
                "requires": ["build"],
                "serial-group": "<< pipeline.project.slug >>/deploy-group",
            }
        },
        {
            "deploy-and-release/release": {
                "requires": ["deploy-and-release/deploy"],
                "serial-group": "<< pipeline.project.slug >>/deploy-group",
            }
        },
        {"notify": {"requires": ["deploy-and-release/deploy", "deploy-and-release/release"]}},
    ],
    "serial-group": [
        "test",
        "build",
        {
            "deploy": {
                "requires": ["test", "build"],
                "serial-group": "<< pipeline.project.slug >>/deploy-group",
            }
        },
    ],
}


def _with_jobs(name: str) -> str:
    names = ("build", "test", "deploy", "release", "notify", "deploy-service", "run-smoke-tests")
    jobs = "".join(f"  {one}: {{machine: true, steps: [checkout]}}\n" for one in names)
    return f"version: 2.1\njobs:\n{jobs}{_text(name)}"


@pytest.mark.parametrize("name", GROUPS)
def test_groups_of_jobs(name: str) -> None:
    found = plain(_with_jobs(f"orchestration-examples--{name}"))
    assert found["workflows"]["main-workflow"]["jobs"] == GROUPS[name]


def test_a_group_that_is_called_twice() -> None:
    text = _with_jobs("orchestration-examples--job-group-multiple-invocations")
    text = text.replace("  deploy: {machine", "  other: {machine")
    jobs = clean(text).workflows[0].jobs
    assert [(job.name, [one.name.text for one in job.requires]) for job in jobs] == [
        ("build", []),
        ("deploy-staging/deploy-service", ["build"]),
        ("deploy-staging/run-smoke-tests", ["deploy-staging/deploy-service"]),
        ("deploy-production/deploy-service", ["deploy-staging"]),
        ("deploy-production/run-smoke-tests", ["deploy-production/deploy-service"]),
    ]


def test_a_job_that_an_orb_may_replace() -> None:
    text = _text("orchestration-examples--override-with").replace(
        "<< url-ref >>", "https://x.example/o"
    )
    jobs = expanded(text.replace("    steps:", "    machine: true\n    steps:")).workflows[0].jobs
    assert [(job.name, job.override.text if job.override else "") for job in jobs] == [
        ("build", ""),
        ("test", "my-orb/my-test"),
        ("deploy", ""),
    ]
    assert [told(step) for step in jobs[1].steps] == ["call", "task test"]


PARAMETERS = (
    "version: 2.1\nparameters:\n"
    + "".join(
        f"  {name}: {{type: boolean, default: false}}\n" for name in ("param1", "param2", "param3")
    )
    + "  deploy-canary: {type: boolean, default: false}\n"
    "jobs:\n  build: &job {machine: true, steps: [checkout]}\n  deploy: *job\n"
)
BRANCH, TAG = "pipeline.git.branch", "pipeline.git.tag"
P1, P2 = "pipeline.parameters.param1", "pipeline.parameters.param2"
CANARY = "pipeline.parameters.deploy-canary"
DECISIONS: list[tuple[str, dict[str, Any], bool]] = [
    ("and-matches-legacy", {BRANCH: "main", TAG: "canary", CANARY: True}, False),
    ("and-matches-legacy", {BRANCH: "other", TAG: "canary", CANARY: False}, True),
    ("and-matches-legacy", {BRANCH: "other", TAG: "", CANARY: False}, False),
    ("matches-pattern-legacy", {BRANCH: "mainline", TAG: "", CANARY: True}, True),
    ("and-multiple-legacy", {BRANCH: "main", P1: False, P2: True}, True),
    ("and-multiple-legacy", {BRANCH: "main", P1: True, P2: True}, False),
    (
        "boolean-complex",
        {BRANCH: "main", P1: False, P2: True, "pipeline.parameters.param3": False},
        True,
    ),
    ("boolean-complex", {BRANCH: "dev"}, False),
    ("exclude-branch-dynamic", {BRANCH: "feature-x"}, False),
    ("exclude-branch-dynamic", {BRANCH: "main"}, True),
    ("or-equal-dynamic", {BRANCH: "staging"}, True),
    ("or-equal-legacy", {BRANCH: "staging"}, True),
    ("or-equal-dynamic", {BRANCH: "x"}, False),
    ("or-equal-legacy", {BRANCH: "x"}, False),
    (
        "and-equal-dynamic",
        {"pipeline.trigger.type": "schedule", "pipeline.schedule.name": "nightly_build"},
        True,
    ),
    ("and-equal-dynamic", {"pipeline.trigger.type": "webhook"}, False),
    (
        "pr-synced-or-labeled",
        {"pipeline.event.name": "pull_request", "pipeline.event.action": "synchronize"},
        True,
    ),
    ("pr-synced-or-labeled", {"pipeline.event.name": "push"}, False),
]


@pytest.mark.parametrize(("name", "values", "runs"), DECISIONS)
def test_conditions_of_workflows(name: str, values: dict[str, Any], runs: bool) -> None:
    text = PARAMETERS + _text(f"workflow-when--{name}")
    (workflow,) = clean(text, values=values).workflows
    assert (workflow.runs, workflow.conditions) == (runs, ())
    (symbolic,) = clean(text).workflows
    assert symbolic.runs and symbolic.conditions


@pytest.mark.parametrize("name", ["boolean-dynamic-syntax", "boolean-short-syntax"])
@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_condition_in_both_forms(name: str, value: bool) -> None:
    text = (
        _text(f"workflow-when--{name}") + "jobs: {mytestjob: {machine: true, steps: [checkout]}}\n"
    )
    given = {"pipeline.parameters.run_integration_tests": value}
    assert clean(text, values=given).workflows[0].runs is value
    assert clean(text).workflows[0].conditions[0].names == tuple(given)


@pytest.mark.parametrize(
    ("values", "runs"),
    [
        ({BRANCH: "main"}, True),
        ({BRANCH: "x"}, True),
        ({"pipeline.parameters.param3": True}, False),
    ],
)
def test_a_nested_condition_of_a_step(values: dict[str, Any], runs: bool) -> None:
    text = _text("step-when--when-step-nested")
    given = {BRANCH: "x", P1: False, **values}
    found = steps_of(clean(text, values=given, defaults=True), "test")
    assert ("echo" in found[-1]) is runs
    assert len(job_of(clean(text), "test").steps[1].conditions) == 1


def test_a_setup_config() -> None:
    assert clean(_text("dynamic-config-41")).setup


def _expansion(path: Path) -> Expansion | None:
    try:
        return expanded(path.read_text(encoding="utf-8"))
    except Exception as error:
        assert type(error).__name__ == "ReadError", path.name
        return None


def test_no_other_example_fails() -> None:
    found = [_expansion(path) for path in sorted(EXAMPLES.glob("*.yml"))]
    assert len([one for one in found if one is not None]) > 200
