"""`secguard graph` from the command line: the exposure of jobs as text, as data, as a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Callable
from xml.etree import ElementTree

import pytest

from tests.acceptance.runs import Secguard, runner
from tests.fakes.registry_orbs import Reply, serving

CONFIG = """\
version: 2.1

orbs:
  tools: acme/tools@1.2.3
  loose: acme/loose@volatile

jobs:
  test:
    docker:
      - image: cimg/base:2026.08
    steps:
      - checkout
      - run: make test
      - store_artifacts:
          path: /tmp/logs
  sign:
    docker:
      - image: acme/signer
    steps:
      - add_ssh_keys
      - loose/login
      - run: |
          curl -H "Authorization: $SIGNING_TOKEN" https://sign.example

workflows:
  main:
    jobs:
      - test
      - hold:
          type: approval
          requires: [test]
          filters:
            branches:
              only: main
      - sign:
          context: [signing]
          requires: [hold]
          filters:
            branches:
              only: main
      - tools/publish:
          context: registry
  nightly:
    triggers:
      - schedule:
          cron: 0 0 * * *
          filters:
            branches:
              only: main
    jobs:
      - test
  never:
    when: false
    jobs:
      - test
"""


@pytest.fixture
def secguard(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Secguard:
    monkeypatch.chdir(tmp_path)
    Path("config.yml").write_text(CONFIG, encoding="utf-8")
    return runner(capfd)


@pytest.mark.parametrize(
    ("format", "name"), [("text", "graph.txt"), ("json", "graph.json"), ("svg", "graph.svg")]
)
def test_the_graph_is_printed(
    format: str, name: str, secguard: Secguard, golden: Callable[[str, str], None]
) -> None:
    run = secguard("graph", "config.yml", "--output-format", format)
    assert (run.status, run.err) == (0, "")
    golden(name, run.out)


def test_the_data_is_json_and_the_picture_is_xml(secguard: Secguard) -> None:
    (data,) = json.loads(secguard("graph", "config.yml", "--output-format", "json").out)
    assert [one["name"] for one in data["workflows"]] == ["main", "nightly", "never"]
    picture = secguard("graph", "config.yml", "--output-format", "svg").out
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314


def test_names_cannot_break_the_picture(secguard: Secguard) -> None:
    name = "\"<script>alert('1')</script>&\\e[2J\\u202e\""
    text = CONFIG.replace("- hold:", f"- {name}:").replace("[hold]", "[test]")
    Path("config.yml").write_text(text, encoding="utf-8")
    for format in ("text", "json", "svg"):
        run = secguard("graph", "config.yml", "--output-format", format)
        assert run.status == 0
        assert "\x1b" not in run.out and "\u202e" not in run.out
    ElementTree.fromstring(run.out)  # noqa: S314
    assert "<script>" not in run.out


def test_a_picture_shows_one_config(secguard: Secguard) -> None:
    Path(".circleci").mkdir()
    for name in ("config.yml", "continue.yml"):
        Path(".circleci", name).write_text(CONFIG, encoding="utf-8")
    run = secguard("graph", ".", "--output-format", "svg")
    assert (run.status, run.out) == (2, "")
    assert "name one of .circleci/config.yml, .circleci/continue.yml" in run.err
    assert len(json.loads(secguard("graph", "--output-format", "json").out)) == 2


def test_a_registry_that_fails_is_a_problem(secguard: Secguard) -> None:
    with serving({"acme/tools@1.2.3": Reply(b"", 503)}) as server:
        run = secguard("graph", "config.yml", "--online", "--host", server.url)
    assert run.status == 3
    assert "the orb 'acme/tools@1.2.3' cannot be read" in run.err
    assert "not looked into: acme/loose@volatile, acme/tools@1.2.3" in run.out


def test_what_cannot_be_read_is_a_problem(secguard: Secguard) -> None:
    Path("config.yml").write_text("a: [", encoding="utf-8")
    run = secguard("graph", "config.yml")
    assert (run.status, run.out) == (3, "")


def test_many_jobs_are_drawn_in_bounded_size(secguard: Secguard) -> None:
    numbers = ", ".join(map(str, range(900)))
    Path("config.yml").write_text(
        "version: 2.1\njobs:\n  job:\n    machine: {image: default}\n"
        "    parameters: {a: {type: integer}}\n    steps: [checkout]\n"
        "workflows:\n  main:\n    jobs:\n      - job:\n"
        f"          matrix: {{parameters: {{a: [{numbers}]}}}}\n",
        encoding="utf-8",
    )
    run = secguard("graph", "config.yml", "--output-format", "svg")
    assert run.status == 0
    assert run.out.count('class="name"') == 500
