"""`secguard expand` from the command line: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest
import yaml

from tests.acceptance.runs import Secguard, runner
from tests.fakes.registry_orbs import Reply, orb, serving

CONFIG = """\
version: 2.1

orbs:
  tools: acme/tools@1.2

parameters:
  deploy:
    type: boolean
    default: false
  image:
    type: string
    default: cimg/node:22.11

executors:
  node:
    parameters:
      image:
        type: string
        default: << pipeline.parameters.image >>
    docker:
      - image: << parameters.image >>
    environment:
      CI: "true"

commands:
  greet:
    parameters:
      whom:
        type: string
        default: << pipeline.git.branch >>
      then:
        type: steps
        default: []
    steps:
      - run:
          name: Greet << parameters.whom >>
          command: |
            cat \\<<EOF
            hello << parameters.whom >>
            EOF
      - steps: << parameters.then >>
      - when:
          condition: << pipeline.parameters.deploy >>
          steps:
            - run: echo "deployed"

jobs:
  test:
    parameters:
      version:
        type: string
    executor: node
    environment:
      VERSION: << parameters.version >>
    steps:
      - checkout
      - tools/install
      - greet:
          then:
            - run: make << parameters.version >>

workflows:
  main:
    jobs:
      - test:
          matrix:
            alias: tests
            parameters:
              version: ["20", "22"]
      - hold:
          type: approval
          requires: [tests]
      - tools/publish:
          context: registry
          requires: [hold]
  nightly:
    when:
      equal: [scheduled_pipeline, << pipeline.trigger_source >>]
    jobs:
      - test:
          version: "24"
"""
ORB = """\
version: 2.1
commands:
  install:
    steps:
      - run:
          name: Install
          command: ./install.sh << pipeline.number >>
executors:
  small:
    docker:
      - image: acme/small:1
jobs:
  publish:
    executor: small
    steps:
      - run: ./publish.sh
"""
COMPILED = """\
# Orb 'acme/tools@1.2' resolved to 'acme/tools@1.2.3'
version: 2
jobs:
  test-20: &job
    docker:
    - image: cimg/node:22.11
    environment:
    - CI: 'true'
    - VERSION: '20'
    steps:
    - checkout
    - run: &install
        name: Install
        command: ./install.sh 7
    - run: &greet
        name: Greet main
        command: |
          cat <<EOF
          hello main
          EOF
    - run:
        command: make 20
  test-22:
    <<: *job
    steps:
    - checkout
    - run: *install
    - run: *greet
    - run:
        command: make 22
  tools/publish:
    docker:
    - image: acme/small:1
    steps:
    - run:
        command: ./publish.sh
workflows:
  version: 2
  main:
    jobs:
    - test-20
    - test-22
    - hold:
        type: approval
        requires:
        - test-20
        - test-22
    - tools/publish:
        context:
        - registry
        requires:
        - hold

# Original config.yml file:
# version: 2.1
#
# orbs:
#   tools: acme/tools@1.2
"""


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Secguard:
    monkeypatch.chdir(tmp_path)
    Path("config.yml").write_text(CONFIG, encoding="utf-8")
    return runner(capfd)


def test_the_config_is_printed_as_it_will_run(
    secguard: Secguard, golden: Callable[[str, str], None]
) -> None:
    run = secguard("expand", "config.yml")
    assert (run.status, run.err) == (0, "")
    golden("expand.yml", run.out)
    assert yaml.safe_load(run.out)["workflows"]["main"]["jobs"][:2] == ["test-20", "test-22"]


def test_each_step_says_where_it_comes_from(
    secguard: Secguard, golden: Callable[[str, str], None]
) -> None:
    run = secguard("expand", "config.yml", "--explain")
    assert (run.status, run.err) == (0, "")
    golden("expand-explain.txt", run.out)


def test_the_values_that_are_given_are_put_in(secguard: Secguard) -> None:
    run = secguard(
        "expand",
        "config.yml",
        "--parameter=deploy=true",
        "--parameter=image=cimg/node:24.0",
        "--parameter=pipeline.git.branch=main",
        "--parameter=pipeline.trigger_source=webhook",
    )
    assert (run.status, run.err) == (0, "")
    found = yaml.safe_load(run.out)
    job = found["jobs"]["test-20"]
    assert job["docker"] == [{"image": "cimg/node:24.0"}]
    assert job["steps"][2:] == [
        {"run": {"name": "Greet main", "command": "cat <<EOF\nhello main\nEOF\n"}},
        {"run": {"command": "make 20"}},
        {"run": {"command": 'echo "deployed"'}},
    ]
    assert "nightly" not in found["workflows"]
    assert "<<" not in run.out.replace("<<EOF", "")


def test_defaults_are_taken_where_nothing_is_given(secguard: Secguard) -> None:
    run = secguard("expand", "config.yml", "--defaults")
    assert (run.status, run.err) == (0, "")
    found = yaml.safe_load(run.out)
    assert found["jobs"]["test-22"]["docker"] == [{"image": "cimg/node:22.11"}]
    assert "deployed" not in run.out
    assert list(found["workflows"]) == ["version", "main"]


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ("deploy", 2, "'deploy' is not NAME=VALUE"),
        ("=x", 2, "'=x' is not NAME=VALUE"),
        ("deploy=maybe", 1, "type error for argument 'deploy': expected boolean, got string"),
        ("nothing=x", 1, "unexpected argument(s): nothing"),
    ],
)
def test_a_value_that_cannot_be_taken_is_said(
    given: str, status: int, said: str, secguard: Secguard
) -> None:
    run = secguard("expand", "config.yml", "--parameter", given)
    assert run.status == status
    assert said in run.err


def test_orbs_come_from_a_folder(secguard: Secguard, golden: Callable[[str, str], None]) -> None:
    Path("orbs/acme").mkdir(parents=True)
    Path("orbs/acme/tools@1.2.yml").write_text(ORB, encoding="utf-8")
    run = secguard("expand", "config.yml", "--orb-dir", "orbs", "--explain")
    assert (run.status, run.err) == (0, "")
    golden("expand-orb.txt", run.out)


def test_a_compiled_config_shows_what_orbs_do(
    secguard: Secguard, golden: Callable[[str, str], None]
) -> None:
    Path("compiled.yml").write_text(COMPILED, encoding="utf-8")
    run = secguard("expand", "config.yml", "--compiled", "compiled.yml", "--explain")
    assert (run.status, run.err) == (0, "")
    golden("expand-compiled.txt", run.out)


def test_a_compiled_config_that_cannot_be_read_is_said(secguard: Secguard) -> None:
    Path("compiled.yml").write_text("a: [", encoding="utf-8")
    run = secguard("expand", "config.yml", "--compiled", "compiled.yml")
    assert (run.status, run.out) == (3, "")
    assert "the file is not valid YAML" in run.err


def test_orbs_come_from_the_registry(secguard: Secguard) -> None:
    with serving({"acme/tools@1.2": orb(ORB, "1.2.3")}) as server:
        run = secguard(
            "expand", "config.yml", "--online", "--host", server.url, "--orb-dir", "kept"
        )
    assert (run.status, run.err) == (0, "")
    assert server.asked == ["acme/tools@1.2"]
    found = yaml.safe_load(run.out)["jobs"]
    assert found["tools/publish"]["docker"] == [{"image": "acme/small:1"}]
    assert {"run": {"name": "Install", "command": "./install.sh << pipeline.number >>"}} in found[
        "test-20"
    ]["steps"]
    assert Path("kept/acme/tools@1.2.3.yml").read_text(encoding="utf-8") == ORB


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"", 404), "127.0.0.1 answers with status 404"),
        (Reply(b"", 500), "127.0.0.1 answers with status 500"),
        (Reply(b"<html>"), "127.0.0.1 sends something that is no JSON"),
        (Reply(b"", 307, {"Location": "https://other.example/"}), "answers with status 307"),
        (Reply(b'"' + b"x" * 9_000_000 + b'"'), "127.0.0.1 sends more than 8388608 bytes"),
    ],
)
def test_a_registry_that_answers_oddly_leaves_the_orb_unseen(
    reply: Reply, said: str, secguard: Secguard
) -> None:
    with serving({"acme/tools@1.2": reply}) as server:
        run = secguard("expand", "config.yml", "--online", "--host", server.url)
    assert run.status == 3
    assert "config.yml:4:10: the orb 'acme/tools@1.2' cannot be read: 127.0.0.1 " in run.err
    assert said in run.err
    assert yaml.safe_load(run.out)["jobs"]["tools/publish"] == {"orb-job": "tools/publish"}
    assert len(server.requests) == (3 if reply.status == 500 else 1)


def test_an_orb_that_the_registry_does_not_have_is_no_problem(secguard: Secguard) -> None:
    with serving({}) as server:
        run = secguard("expand", "config.yml", "--online", "--host", server.url)
    assert (run.status, run.err) == (0, "")
    assert yaml.safe_load(run.out)["jobs"]["tools/publish"] == {"orb-job": "tools/publish"}


def test_nothing_is_asked_unless_it_is_wanted(secguard: Secguard) -> None:
    with serving({"acme/tools@1.2": orb(ORB)}) as server:
        run = secguard("expand", "config.yml", "--host", server.url)
    assert run.status == 0
    assert server.requests == []


def test_what_circleci_would_refuse_is_said_at_the_end(secguard: Secguard) -> None:
    Path("config.yml").write_text(CONFIG.replace("- checkout\n", "- chekcout\n"), encoding="utf-8")
    run = secguard("expand", "config.yml")
    assert run.status == 1
    assert run.err.splitlines() == [
        "config.yml:56:9: cannot find a definition for command named chekcout"
    ]
    assert yaml.safe_load(run.out)["jobs"]["test-20"]["steps"][0] == "chekcout"


def test_what_grows_too_large_ends_as_not_checked(secguard: Secguard) -> None:
    commands = "".join(f"  c{n}:\n    steps: [c{n + 1}, c{n + 1}]\n" for n in range(40))
    Path("config.yml").write_text(
        f"version: 2.1\ncommands:\n{commands}  c40:\n    steps: [checkout]\n"
        "jobs:\n  build: {machine: true, steps: [c0]}\nworkflows: {main: {jobs: [build]}}\n",
        encoding="utf-8",
    )
    run = secguard("expand", "config.yml")
    assert run.status == 3
    assert "the config grows too large when it is expanded" in run.err


def test_what_is_no_config_is_said(secguard: Secguard) -> None:
    Path("other.yml").write_text("a: b\n", encoding="utf-8")
    run = secguard("expand", "other.yml")
    assert (run.status, run.out) == (3, "")
    assert "the file is no CircleCI config" in run.err
    run = secguard("expand", "missing.yml")
    assert (run.status, run.out) == (3, "")


def test_several_configs_are_several_documents(secguard: Secguard) -> None:
    Path(".circleci").mkdir()
    for name in ("config.yml", "continue.yml"):
        Path(".circleci", name).write_text(CONFIG, encoding="utf-8")
    run = secguard("expand", ".")
    assert run.status == 0
    assert run.out.startswith("--- # .circleci/config.yml\nversion: 2\n")
    one, other = yaml.safe_load_all(run.out)
    assert one == other


def test_text_that_could_trick_a_terminal_is_shown_as_what_it_is(secguard: Secguard) -> None:
    Path("config.yml").write_text(
        CONFIG.replace("Greet << parameters.whom >>", '"\\e[2J\\u202e"'), encoding="utf-8"
    )
    for arguments in ((), ("--explain",)):
        run = secguard("expand", "config.yml", *arguments)
        assert run.status == 0
        assert "\x1b" not in run.out and "\u202e" not in run.out
