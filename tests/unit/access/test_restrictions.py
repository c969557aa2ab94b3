"""What restrictions of contexts come to."""

from __future__ import annotations

from typing import Sequence

import pytest

from secguard.access.model import Context, Organisation, Restriction
from secguard.access.restrictions import (
    not_understood,
    passes_api_config,
    passes_ssh,
    passing_branch,
    why_open,
)
from secguard.circleci.events import ANY_BRANCH

ORG = Organisation("gh/acme", id="org-id")
EVERYONE = Restriction("group", "org-id", "All members")
TEAM = Restriction("group", "team-id", "All members")
PROJECT = Restriction("project", "project-id")
DOCUMENTED = (
    'pipeline.git.branch == "main" and not job.ssh.enabled '
    'and not (pipeline.config_source starts-with "api")'
)


def context(*restrictions: Restriction) -> Context:
    return Context("id", "prod", restrictions=restrictions)


def expressed(*texts: str) -> Context:
    return context(*(Restriction("expression", text) for text in texts))


@pytest.mark.parametrize(
    ("restrictions", "open"),
    [
        ((), True),
        ((EVERYONE,), True),
        ((EVERYONE, TEAM), True),
        ((TEAM,), False),
        ((PROJECT,), False),
        ((EVERYONE, PROJECT), False),
        ((EVERYONE, Restriction("expression", DOCUMENTED)), False),
        ((Restriction("moon-phase", "full"),), False),
    ],
)
def test_a_context_is_open_where_nothing_but_the_whole_organisation_is_named(
    restrictions: Sequence[Restriction], open: bool
) -> None:
    assert bool(why_open(context(*restrictions), ORG)) is open


def test_what_could_not_be_read_is_not_called_open() -> None:
    assert why_open(Context("id", "prod", restrictions=None), ORG) == ""


def test_the_group_of_all_members_is_known_by_its_name_where_no_id_is() -> None:
    assert why_open(context(TEAM), Organisation("gh/acme"))


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        (DOCUMENTED, None),
        ("not job.ssh.enabled", ANY_BRANCH),
        ('not (pipeline.config_source starts-with "api")', ANY_BRANCH),
        ('pipeline.git.branch != "evil"', ANY_BRANCH),
        ('pipeline.git.branch starts-with "main"', "main-x"),
        ("pipeline.git.branch matches /master.*/", "master-x"),
        ("pipeline.git.branch matches /^master$/", None),
        ("pipeline.git.branch.is_default", None),
        ("not pipeline.git.branch.is_default", ANY_BRANCH),
        ('pipeline.git.branch == "main" or pipeline.git.tag matches /^v.*$/', None),
        ('pipeline.git.tag matches /^v.*$/ or pipeline.git.branch == "main"', None),
        ('pipeline.config.ref == "refs/heads/main"', None),
        ('pipeline.trigger_source == "scheduled_pipeline"', None),
        ('pipeline.event.github.sender.login == "release-bot"', None),
        ('pipeline.project.slug == "gh/acme/app"', ANY_BRANCH),
        ('pipeline.git.tag != "v0"', None),
        ("not pipeline.git.tag", None),
        ('pipeline.git.tag == "v1" or not job.ssh.enabled', None),
        ('not job.ssh.enabled or pipeline.git.tag == "v1"', ANY_BRANCH),
        ('pipeline.git.commit.author_name == "Release Bot"', ANY_BRANCH),
        ('pipeline.git.commit.author_login == "release-bot"', None),
        ('pipeline.event.github.release.name == "x"', None),
        ('nothing.known != "x"', None),
        ('pipeline.parameters.branch == "main"', None),
        ("not job.ssh.enabled and (", None),
        ('// pipeline.git.branch == "main"', None),
        ("true", ANY_BRANCH),
        ('"main"', ANY_BRANCH),
    ],
)
def test_an_expression_that_keeps_branches_out_is_told_from_one_that_speaks_of_them(
    text: str, branch: str | None
) -> None:
    assert passing_branch(expressed(text)) == branch


@pytest.mark.parametrize(
    ("text", "ssh", "api"),
    [
        (DOCUMENTED, False, False),
        ('pipeline.git.branch == "main"', True, True),
        ('pipeline.git.branch == "main" or not job.ssh.enabled', True, True),
        ('pipeline.git.branch == "main" and job.ssh.enabled == false', False, True),
        ('pipeline.config_source != "api" and !job.ssh.enabled', False, False),
        ('pipeline.trigger_source == "webhook"', True, False),
        ('pipeline.event.name == "push"', True, False),
        ('pipeline.event.name != "delete"', True, False),
        ("job.ssh.enabled or true", True, True),
        ("not (", False, False),
    ],
)
def test_ssh_and_configs_of_api_callers_are_told_by_what_an_expression_comes_to(
    text: str, ssh: bool, api: bool
) -> None:
    one = expressed(text)
    assert (passes_ssh(one), passes_api_config(one)) == (ssh, api)


def test_several_expressions_must_all_hold() -> None:
    one = expressed('pipeline.git.branch == "main"', "not job.ssh.enabled")
    assert (passing_branch(one), passes_ssh(one), passes_api_config(one)) == (None, False, True)


def test_a_context_without_expressions_has_none_that_forget_anything() -> None:
    one = context(PROJECT)
    assert (passing_branch(one), passes_ssh(one), passes_api_config(one)) == (None, False, False)


def test_a_restriction_that_is_not_understood_is_named() -> None:
    one = context(Restriction("moon-phase", "full"), Restriction("expression", "a b"), PROJECT)
    assert list(not_understood(one)) == ["moon-phase", "expression"]


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        (DOCUMENTED, True),
        ("pipeline.some.new.value", True),
        ('job.name == "deploy"', False),
        ("nothing.known", False),
    ],
)
def test_an_expression_about_names_of_another_world_is_not_understood(
    text: str, understood: bool
) -> None:
    assert (not list(not_understood(expressed(text)))) is understood
