"""Rules about contexts: who may use them, who does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secguard.access.model import OrganisationSettings, Variable
from secguard.finding import Confidence, Severity
from tests.unit.rules.access.estates import (
    APP,
    GATED_JOB,
    GOOD,
    OPEN_JOB,
    TOKENS,
    context,
    estate,
    found,
    organisation,
    project,
    told,
)

EVERYONE = ("group", "id of the org")
HEAD = "every member may use the context 'prod' in every project: "


def test_an_open_context_on_a_job_of_any_branch_is_one_finding_with_both_places() -> None:
    target = estate(organisation(context()), project(), configs={APP: OPEN_JOB})
    (one,) = found("context-unrestricted", target)
    assert (one.severity, one.confidence) == (Severity.HIGH, Confidence.HIGH)
    assert one.where.uri == "context:prod"
    assert one.message == (
        f"{HEAD}nothing restricts it, and a push to any branch runs 'test' with it, so that a "
        "change that nobody has reviewed can read its 2 variables"
    )
    assert [(str(at.span), at.note) for at in one.related] == [
        ("12:20-12:24", "'test' has it, run by any branch")
    ]


def test_an_approval_is_told_where_a_context_is_handed_out_after_it() -> None:
    held = OPEN_JOB + "          requires: [hold]\n      - hold: {type: approval}\n"
    (one,) = found("context-unrestricted", estate(organisation(context()), configs={APP: held}))
    assert one.severity is Severity.MEDIUM
    assert [at.note for at in one.related] == [
        "'test' has it, run by any branch, after an approval"
    ]


def test_a_parameter_that_names_a_context_has_its_default_in_a_push() -> None:
    named = OPEN_JOB.replace("context: prod", "context: << pipeline.parameters.held >>")
    named += "parameters: {held: {type: string, default: prod}}\n"
    contexts = organisation(context(), context(name="other"))
    target = estate(contexts, project(), configs={APP: named}, complete=True)
    one, other = found("context-unrestricted", target)
    assert (one.subject, one.severity, len(one.related)) == ("prod", Severity.HIGH, 1)
    assert (other.severity, other.related) == (Severity.MEDIUM, ())
    assert not found("context-abandoned", target)


def test_a_group_of_all_members_restricts_nothing() -> None:
    target = estate(organisation(context(EVERYONE)), project(), configs={APP: OPEN_JOB})
    (one,) = found("context-unrestricted", target)
    assert one.severity is Severity.HIGH
    assert "its group is 'All members'" in one.message


def test_a_fork_that_gets_secrets_is_told_before_a_branch() -> None:
    forks = project(build_forks=True, secrets_to_forks=True)
    target = estate(organisation(context()), forks, configs={APP: OPEN_JOB})
    (one,) = found("context-unrestricted", target)
    assert "a push to any branch, of a member's fork too, runs 'test' with it" in one.message
    safe = project(build_forks=True, secrets_to_forks=False)
    (one,) = found(
        "context-unrestricted", estate(organisation(context()), safe, configs={APP: OPEN_JOB})
    )
    assert "fork" not in one.message


def test_a_gated_job_or_none_leaves_an_open_context_at_medium() -> None:
    for configs in ({APP: GATED_JOB}, {}):
        target = estate(organisation(context()), project(), configs=configs)
        (one,) = found("context-unrestricted", target)
        assert one.severity is Severity.MEDIUM
        assert "whoever can push to any repository can read its 2 variables" in one.message
        assert len(one.related) == len(configs)


@pytest.mark.parametrize(
    "one",
    [context(variables=()), context(name="dockerhub-pulls"), context(name="slack")],
    ids=["holds nothing", "for pulls", "for messages"],
)
def test_an_open_context_with_little_in_it_weighs_little(one: object) -> None:
    target = estate(organisation(one))  # type: ignore[arg-type]
    assert [x.severity for x in found("context-unrestricted", target)] == [Severity.LOW]


def test_a_context_that_pushes_is_not_one_for_pulls() -> None:
    target = estate(organisation(context(name="dockerhub-push")))
    assert [x.severity for x in found("context-unrestricted", target)] == [Severity.MEDIUM]


def test_secrets_that_nobody_counted_are_not_counted() -> None:
    (one,) = found("context-unrestricted", estate(organisation(context(variables=None))))
    assert one.message.endswith("whoever can push to any repository can read its secrets")
    (one,) = found("context-unrestricted", estate(organisation(context(variables=TOKENS[:1]))))
    assert one.message.endswith("can read its variable")


def test_without_an_organisation_nothing_is_said_of_contexts() -> None:
    target = estate(None, project(), configs={APP: OPEN_JOB}, complete=True)
    for rule in ("context-unrestricted", "context-expression-weak", "context-abandoned"):
        assert told(rule, target) == []


def test_without_groups_a_context_of_the_oauth_app_is_less_surely_open() -> None:
    target = estate(organisation(context(), slug="gh/acme"))
    assert [one.confidence for one in found("context-unrestricted", target)] == [Confidence.MEDIUM]


@pytest.mark.parametrize(
    "one",
    [
        context(("project", "p")),
        context(("group", "team")),
        context(("expression", GOOD)),
        context(unread=True),
    ],
    ids=["project", "group", "expression", "unread"],
)
def test_a_context_that_is_restricted_or_unread_is_not_called_open(one: object) -> None:
    target = estate(organisation(one), configs={APP: OPEN_JOB})  # type: ignore[arg-type]
    assert told("context-unrestricted", target) == []


def test_an_expression_that_forgets_everything_says_so_in_one_finding() -> None:
    target = estate(
        organisation(context(("expression", "true"))), project(), configs={APP: OPEN_JOB}
    )
    (one,) = found("context-expression-weak", target)
    assert one.severity is Severity.HIGH
    assert one.message == (
        "the expression of the context 'prod' lets through every branch, jobs that somebody runs "
        "again with SSH and configs that are in no repository"
    )
    assert one.hint == (
        'put it in brackets and add \'and pipeline.git.branch == "main" and not job.ssh.enabled '
        'and not (pipeline.config_source starts-with "api")\''
    )
    assert [at.note for at in one.related] == ["'test' has it, run by any branch"]


def test_an_expression_is_graded_by_what_it_forgets_and_what_the_settings_allow() -> None:
    forgets_both = context(("expression", 'pipeline.git.branch == "main"'))
    unknown = estate(organisation(forgets_both))
    assert [one.severity for one in found("context-expression-weak", unknown)] == [Severity.LOW]
    allowed = OrganisationSettings(unversioned_config=True)
    target = estate(organisation(forgets_both, settings=allowed))
    assert [one.severity for one in found("context-expression-weak", target)] == [Severity.MEDIUM]
    closed = OrganisationSettings(unversioned_config=False)
    everywhere = estate(
        organisation(forgets_both, settings=closed), project(ssh_disabled=True), complete=True
    )
    assert told("context-expression-weak", everywhere) == []


@pytest.mark.parametrize("kind", ["group", "project"])
def test_another_restriction_beside_a_weak_expression_makes_it_weigh_little(kind: str) -> None:
    one = context((kind, "some id"), ("expression", "true"))
    target = estate(organisation(one), configs={APP: OPEN_JOB})
    assert [x.severity for x in found("context-expression-weak", target)] == [Severity.LOW]


def test_a_branch_that_only_begins_like_main_is_named() -> None:
    one = context(("expression", f'{GOOD} or pipeline.git.branch starts-with "main"'))
    (told_of,) = found("context-expression-weak", estate(organisation(one)))
    assert "lets through branches that anyone may make, such as 'main-x'" in told_of.message


def test_a_sound_expression_is_left_alone() -> None:
    for one in (context(("expression", GOOD)), context(), context(unread=True)):
        assert told("context-expression-weak", estate(organisation(one))) == []


def test_a_context_that_no_config_uses_is_told_where_all_configs_are_known() -> None:
    org = organisation(context(), context(name="old"))
    target = estate(org, project(), configs={APP: OPEN_JOB}, complete=True)
    assert told("context-abandoned", target) == [
        "low context:old: no config of the 1 projects that were looked at uses the context 'old', "
        "whose secrets (2) stay valid and nobody looks after"
    ]
    (one,) = found("context-abandoned", target)
    assert one.confidence is Confidence.MEDIUM
    assert told("context-abandoned", replace(target, complete=False)) == []


def test_a_context_of_known_projects_is_told_without_the_others() -> None:
    own = context(("project", f"id of {APP}"), name="old")
    target = estate(organisation(own), project(), configs={APP: OPEN_JOB})
    (one,) = found("context-abandoned", target)
    assert one.message.startswith("no config of the projects that may use the context 'old' does")
    assert one.confidence is Confidence.HIGH
    shared = context(("project", f"id of {APP}"), ("project", "another"), name="old")
    target = estate(organisation(shared), project(), configs={APP: OPEN_JOB})
    assert told("context-abandoned", target) == []


@pytest.mark.parametrize(
    "text",
    [
        "setup: true\n" + OPEN_JOB,
        OPEN_JOB.replace("prod", "<< pipeline.parameters.which >>").replace(
            "jobs:\n  test", "parameters: {which: {type: string, default: ''}}\njobs:\n  test", 1
        ),
    ],
    ids=["setup", "by parameter"],
)
def test_a_config_that_may_use_any_context_speaks_for_none(text: str) -> None:
    org = organisation(context(name="old"))
    target = estate(org, project(), configs={APP: text}, complete=True)
    assert told("context-abandoned", target) == []


def test_a_context_of_many_projects_is_told() -> None:
    many = context(*(("project", str(number)) for number in range(11)))
    assert told("context-widespread", estate(organisation(many))) == [
        "low context:prod: 11 projects may use the context 'prod', and a mistake in any of them "
        "costs all of them the same secrets"
    ]
    empty = context(*(("project", str(number)) for number in range(11)), variables=())
    assert told("context-widespread", estate(organisation(empty))) == []
    few = context(*(("project", str(number)) for number in range(10)))
    assert told("context-widespread", estate(organisation(few))) == []


def test_the_configs_tell_how_many_projects_use_a_context() -> None:
    configs = {f"circleci/acme/p{number:02}": GATED_JOB for number in range(11)}
    (one,) = told("context-widespread", estate(organisation(context()), configs=configs))
    assert "11 projects use the context 'prod', 'circleci/acme/p00', " in one
    assert "and 8 more among them" in one


def test_secrets_that_gated_jobs_alone_read_do_not_belong_into_a_project() -> None:
    config = GATED_JOB.replace("make test", 'deploy "$DEPLOY_TOKEN"')
    owner = project(variables=(Variable("DEPLOY_TOKEN"), Variable("NPM_TOKEN"), Variable("LANG")))
    (one,) = found("project-variable-open", estate(None, owner, configs={APP: config}))
    assert one.severity is Severity.MEDIUM
    assert one.message == (
        f"'DEPLOY_TOKEN' of '{APP}' is a project variable, which every job of every branch gets "
        "though gated jobs alone read it"
    )
    assert [at.note for at in one.related] == ["'test' reads it, which is gated"]


def test_other_secrets_of_a_project_are_named_in_one_finding() -> None:
    owner = project(variables=(Variable("NPM_TOKEN"), Variable("SLACK_TOKEN"), Variable("LANG")))
    assert told("project-variable-open", estate(None, owner)) == [
        f"low project:{APP}: 'NPM_TOKEN', 'SLACK_TOKEN' of '{APP}' are project variables, which "
        "every job of every branch gets"
    ]
    for one in (project(variables=(Variable("LANG"),)), project(variables=None)):
        assert told("project-variable-open", estate(None, one)) == []


def test_one_secret_in_several_projects_is_told_without_what_tells_it() -> None:
    def holding(slug: str, tail: str) -> object:
        return project(slug, variables=(Variable("NPM_TOKEN", tail=tail),))

    alike = [holding(f"gh/acme/{name}", "9f3c") for name in "cab"]
    other = [holding("gh/acme/d", "1111"), holding("gh/acme/e", ""), holding("gh/acme/f", "")]
    (one,) = found("secret-copied", estate(None, *alike, *other))  # type: ignore[arg-type]
    assert one.where.uri == "project:gh/acme/a"
    assert one.message.startswith(
        "3 projects seem to have the same secret as 'NPM_TOKEN': 'gh/acme/a', 'gh/acme/b', "
    )
    assert "9f3c" not in repr(one) and "9f3c" not in repr(alike)
    assert told("secret-copied", estate(None, *alike[:2], *other)) == []  # type: ignore[arg-type]
