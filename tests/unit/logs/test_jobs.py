"""Jobs are listed once each, within limits; what cannot be listed is told."""

from __future__ import annotations

import time

import pytest

from secguard.errors import UsageError
from secguard.logs import jobs
from secguard.logs.jobs import Job, Listed, of_number, of_pipeline, of_project, of_workflow, slug_of
from tests.fakes.circleci import CircleCI
from tests.fakes.circleci_runs import workflow_id
from tests.fakes.circleci_state import Job as Had
from tests.fakes.circleci_state import Pipeline, Project
from tests.unit.logs.reading import api_of

SLUG = "gh/acme/shop"


def ran(fake: CircleCI) -> Project:
    """Have a project with three pipelines, the newest of which was run again."""
    project = fake.org.project("shop")
    project.pipeline(Had("build"), branch="main")
    project.pipeline(Had("build"), branch="next")
    build, deploy = Had("build"), Had("deploy", status="blocked")
    had = project.pipeline(build, Had("hold", type="approval"), deploy)
    had.workflows["again"] = [build]
    return project


def numbers(listed: Listed) -> list[int]:
    assert listed.problems == []
    return [job.number for job in listed.jobs]


def test_jobs_of_a_pipeline_are_listed_once_and_approvals_are_none() -> None:
    with CircleCI() as fake:
        had = ran(fake).pipelines[0]
        listed = of_pipeline(api_of(fake), had.id)
        assert numbers(listed) == [300, 302]
        assert [(job.slug, job.name, job.has_run) for job in listed.jobs] == [
            (SLUG, "build", True),
            (SLUG, "deploy", False),
        ]
        assert numbers(of_workflow(api_of(fake), workflow_id(had, "again"))) == [300]
        assert numbers(of_number(api_of(fake), SLUG, 302)) == [302]


def test_jobs_of_the_last_pipelines_come_newest_first() -> None:
    with CircleCI() as fake:
        ran(fake)
        end = time.monotonic() + 20
        assert numbers(of_project(api_of(fake), SLUG, "", 2, end)) == [300, 302, 200]
        assert numbers(of_project(api_of(fake), SLUG, "next", 5, end)) == [200]
        assert numbers(of_project(api_of(fake), SLUG, "nothing", 5, end)) == []


def test_more_pages_than_are_wanted_are_not_asked_for() -> None:
    with CircleCI() as fake:
        project = fake.org.project("shop")
        for _ in range(50):
            project.pipeline(Had("build"))
        assert len(of_project(api_of(fake), SLUG, "", 3, time.monotonic() + 20).jobs) == 3
        assert len(fake.api.asked("/project/gh/acme/shop/pipeline")) == 1


@pytest.mark.parametrize("path", ["/pipeline$", "/workflow$", "/job"])
@pytest.mark.parametrize("kind", ["status", "html", "again", "text"])
def test_what_cannot_be_listed_is_a_problem(path: str, kind: str) -> None:
    with CircleCI() as fake:
        fake.fail(kind, path, status=404)
        ran(fake).pipelines[1:] = []
        listed = of_project(api_of(fake), SLUG, "", 9, time.monotonic() + 20)
        (problem,) = listed.problems
        assert "could not be listed: 127.0.0.1 " in problem.message


@pytest.mark.parametrize("slug", ["gh/acme", "gh/acme/..", "gh/a b/c", "", 7])
def test_a_job_of_no_project_is_a_problem(slug: object) -> None:
    with CircleCI() as fake:
        had = ran(fake).pipelines[0]
        fake.fail("rename", "/job", names={"project_slug": "x", "name": "project_slug"})
        for job in had.workflows["main"]:
            job.name = slug  # type: ignore[assignment]
        listed = of_pipeline(api_of(fake), had.id)
        assert listed.jobs == [] and len(listed.problems) == 1


def test_time_that_is_up_is_a_problem() -> None:
    with CircleCI() as fake:
        ran(fake)
        fake.fail("stall", "/workflow$", pause=0.5)
        listed = of_project(api_of(fake), SLUG, "", 2, time.monotonic() + 0.2)
        assert [problem.message for problem in listed.problems] == ["the time was up"] * 2


def test_there_is_an_end_to_jobs_and_workflows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MAX_JOBS", 2)
    monkeypatch.setattr(jobs, "_MAX_WORKFLOWS", 3)
    with CircleCI() as fake:
        project = fake.org.project("shop")
        first = project.pipeline(*(Had("build") for _ in range(5)))
        second = project.pipeline(Had("build"))
        second.workflows.update({f"w{at}": [] for at in range(3)})
        listed = of_pipeline(api_of(fake), first.id)
        assert len(listed.jobs) == 2
        assert "3 more jobs were not looked at" in listed.problems[0].message
        (problem,) = of_pipeline(api_of(fake), second.id).problems
        assert "more than 3 workflows" in problem.message


def test_a_job_without_a_number_has_nothing_to_read() -> None:
    assert not Job(SLUG, 0, "x", "success").has_run
    assert Job(SLUG, 4, "x", "failed").has_run
    assert Job(SLUG, 4, "", "failed").uri == "job:gh/acme/shop/4"


def test_a_slug_has_three_parts() -> None:
    assert slug_of("circleci/8fGk/2xQz") == "circleci/8fGk/2xQz"
    for text in ("shop", "acme/shop", "gh/acme/shop/1", "gh//shop", "gh/../shop", "gh/a/b!c"):
        with pytest.raises(UsageError):
            slug_of(text)


def test_a_pipeline_takes_a_question_and_one_for_each_workflow() -> None:
    with CircleCI() as fake:
        had: Pipeline = ran(fake).pipelines[0]
        of_pipeline(api_of(fake), had.id)
        assert len(fake.log) == 3


@pytest.mark.parametrize("status", ["success", "failed", "running", "timedout", "failing", ""])
def test_a_job_that_ran_without_a_number_is_not_one_that_waits(status: str) -> None:
    with CircleCI() as fake:
        had = fake.org.project("shop").pipeline(Had("build", status=status), Had("lint"))
        fake.fail("rename", "/job$", names={"job_number": "number_of_it"})
        listed = of_pipeline(api_of(fake), had.id)
        assert [problem.message for problem in listed.problems] == [
            "2 jobs were not read: 127.0.0.1 says that they ran, and not under which number"
        ]


@pytest.mark.parametrize("status", ["blocked", "canceled", "unauthorized", "not_run"])
def test_a_job_that_never_ran_needs_no_number(status: str) -> None:
    with CircleCI() as fake:
        had = fake.org.project("shop").pipeline(Had("build", status=status))
        fake.fail("rename", "/job$", names={"job_number": "number_of_it"})
        listed = of_pipeline(api_of(fake), had.id)
        assert ([job.has_run for job in listed.jobs], listed.problems) == ([False], [])
