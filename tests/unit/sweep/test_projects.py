"""The projects of an organisation: from two lists, neither of which is taken for the whole."""

from __future__ import annotations

from typing import Iterator

import pytest

from secguard.net.failure import AskError
from secguard.sweep.projects import projects
from tests.fakes.circleci import CircleCI
from tests.unit.api.asking import MADE, api_for

INSIGHTS = "/insights/"
FOLLOWED = "/api/v1.1/projects"


@pytest.fixture
def circleci() -> Iterator[CircleCI]:
    with CircleCI() as fake:
        for name in ("app", "lib"):
            fake.org.project(name)
        yield fake
    while MADE:
        MADE.pop().close()


def test_both_lists_are_put_together(circleci: CircleCI) -> None:
    found = projects(api_for(circleci.api), "gh/acme")
    assert found.slugs == {"gh/acme/app", "gh/acme/lib"}
    assert found.notes == (
        "projects that CircleCI's insights name: 2",
        "projects that the token's owner follows: 2",
    )
    assert found.gaps == ()


@pytest.mark.parametrize(
    ("path", "names", "said"),
    [
        (INSIGHTS, ("org_project_data", "all_projects"), "CircleCI's insights name"),
        (FOLLOWED, ("username",), "the token's owner follows"),
        (FOLLOWED, ("reponame",), "the token's owner follows"),
    ],
)
def test_a_list_that_is_not_understood_is_a_gap(
    circleci: CircleCI, path: str, names: tuple[str, ...], said: str
) -> None:
    circleci.fail("rename", path, names={name: f"new_{name}" for name in names})
    found = projects(api_for(circleci.api), "gh/acme")
    assert len(found.slugs) == 2
    (gap,) = found.gaps
    assert gap.startswith(f"projects that {said} are unknown: ")


def test_without_any_list_nothing_is_known(circleci: CircleCI) -> None:
    for path in (INSIGHTS, FOLLOWED):
        circleci.refuse(path)
    with pytest.raises(AskError):
        projects(api_for(circleci.api), "gh/acme")
