"""What jobs wrote is read once, by few threads; what cannot be read is told and never passed."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from secguard.logs import search as module
from secguard.logs.found import Searched
from secguard.logs.jobs import Job, of_number
from secguard.logs.read import Limits, Reader
from secguard.logs.search import search
from tests.fakes.circleci import TOKEN, CircleCI
from tests.fakes.circleci_state import Job as Had
from tests.fakes.circleci_state import Step
from tests.fakes.http_server import Asked, Reply
from tests.unit.logs.reading import api_of, reader_of
from tests.unit.runtime.searching import VALUE, needles

SECRET = VALUE.decode()
SLUG = "gh/acme/shop"
JOB = "job:gh/acme/shop/100 build"


def searched(fake: CircleCI, had: Had, **limits: Any) -> Searched:
    """Have a job run, and search it."""
    project = fake.org.known.get(SLUG) or fake.org.project("shop")
    project.pipelines.clear()
    project.pipeline(had)
    api = api_of(fake)
    return search(api, reader_of(api, **limits), of_number(api, SLUG, had.number).jobs)


def test_each_node_and_step_has_a_place_of_its_own() -> None:
    with CircleCI() as fake:
        steps = [Step("Echo", SECRET), Step("Echo", "fine"), Step("Echo", SECRET)]
        found = searched(fake, Had("build", steps, parallel=2))
        assert [hit.uri for hit in found.hits] == [
            f"{JOB}!0-101 Echo",
            f"{JOB}!0-103 Echo",
            f"{JOB}!1-101 Echo",
            f"{JOB}!1-103 Echo",
        ]
        assert (found.outputs, found.problems, found.closed) == (6, [], [])


def test_names_are_searched_and_masked() -> None:
    with CircleCI() as fake:
        test = {"classname": "a", "name": f"[{SECRET}]"}
        had = Had("build", [Step(f"login {SECRET}", "fine")], tests=[test])
        had.artifacts[f"{SECRET}/a.txt"] = b"fine"
        found = searched(fake, had)
        assert {(hit.uri, hit.in_name) for hit in found.hits} == {
            (f"{JOB}!0-101 login ****", True),
            (f"{JOB}!0-101 login ****!command", True),
            (f"{JOB}!tests!a.[****]", True),
        }
        assert [(hit.uri, hit.in_name) for hit in found.files.hits] == [
            (f"{JOB}!artifacts/0/****/a.txt", True)
        ]
        assert SECRET not in repr(found)


def test_a_name_is_masked_before_it_is_cut() -> None:
    with CircleCI() as fake:
        for size in range(180, 205):
            found = searched(fake, Had("build", [Step("x" * size + SECRET, "fine")]))
            assert all(SECRET[:6] not in hit.uri for hit in found.hits)


@pytest.mark.parametrize("kind", ["html", "text", "status", "huge", "again", "digits"])
@pytest.mark.parametrize("path", ["/api/v1.1/", "/artifacts$", "/tests$"])
def test_a_list_that_cannot_be_read_is_a_problem_and_the_others_are_read(
    kind: str, path: str
) -> None:
    with CircleCI() as fake:
        had = Had("build", [Step("Echo", SECRET)], tests=[{"message": SECRET}])
        had.artifacts["a.txt"] = VALUE
        fake.fail(kind, path, status=500)
        found = searched(fake, had)
        if (kind, path) != ("again", "/api/v1.1/"):
            (problem,) = found.problems
            assert problem.where.uri == JOB
            assert "could not be listed: 127.0.0.1 " in problem.message
        assert len(found.hits) + len(found.files.hits) >= 2


@pytest.mark.parametrize("steps", [None, "x", [1], [{"name": "x"}], [{"actions": ["x"]}]])
def test_steps_that_are_none_are_a_problem(steps: Any) -> None:
    with CircleCI() as fake:
        whole = fake.api.answer

        def answer(asked: Asked) -> Reply:
            reply = whole(asked)
            if "/api/v1.1/" in asked.path:
                reply.body["steps"] = steps
            return reply

        fake.api.answer = answer
        (problem,) = searched(fake, Had("build")).problems
        assert "its steps could not be listed" in problem.message


def test_what_has_no_address_or_is_cut_off_is_told() -> None:
    with CircleCI() as fake:
        whole = fake.api.answer

        def answer(asked: Asked) -> Reply:
            reply = whole(asked)
            if "/api/v1.1/" in asked.path:
                first, second = (step["actions"][0] for step in reply.body["steps"])
                first["output_url"], second["truncated"] = None, True
            if asked.path.endswith("/artifacts"):
                reply.body["items"][0]["url"] = None
            return reply

        fake.api.answer = answer
        had = Had("build", [Step("A", "x"), Step("B", SECRET)], artifacts={"a": b"x"})
        found = searched(fake, had)
        assert [problem.where.uri for problem in found.problems] == [
            f"{JOB}!0-101 A",
            f"{JOB}!artifacts/0/a",
        ]
        assert [one.why for one in found.closed] == ["CircleCI kept only a part of it"]
        assert len(found.hits) == 1


@pytest.mark.parametrize("times", [1, 9])
def test_a_connection_that_breaks_is_made_again_once(times: int) -> None:
    with CircleCI() as fake:
        fake.storage.fail("cut", "/output/", times=times)
        found = searched(fake, Had("build", [Step("Echo", f"{SECRET}\n" * 900)]))
        if times == 1:
            assert (found.problems, found.hits[0].count) == ([], 900)
        else:
            (problem,) = found.problems
            assert problem.where.uri == f"{JOB}!0-101 Echo"
            assert "its server" in problem.message
            assert found.hits, "what came before it broke is told all the same"


def test_an_artifact_leads_to_other_hosts_without_the_token() -> None:
    with CircleCI() as fake:
        fake.artifacts_elsewhere = True
        found = searched(fake, Had("build", artifacts={"a.txt": VALUE}))
        assert len(found.files.hits) == 1
        assert fake.storage.asked() and not fake.storage.knows(TOKEN)


def test_jobs_are_read_some_at_a_time_by_so_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 3)
    reading, most = [0], [0]
    lock = threading.Lock()
    with CircleCI() as fake:
        whole = fake.storage.answer

        def answer(asked: Asked) -> Reply:
            with lock:
                reading[0] += 1
                most[0] = max(most[0], reading[0])
            time.sleep(0.01)
            with lock:
                reading[0] -= 1
            return whole(asked)

        fake.storage.answer = answer
        project = fake.org.project("shop")
        project.pipeline(*(Had("build", [Step("Echo", SECRET)]) for _ in range(10)))
        api = api_of(fake)
        jobs = [Job(SLUG, 100 + at, "build", "success") for at in range(10)]
        found = search(api, reader_of(api, workers=2), jobs)
        assert len(found.hits) == found.outputs == 10
        assert most[0] <= 2
        assert len(fake.storage.log) == 10
        assert [hit.uri for hit in found.hits] == sorted(hit.uri for hit in found.hits)


def test_what_there_is_no_time_for_is_counted() -> None:
    with CircleCI() as fake:
        api = api_of(fake)
        reader = Reader(api, needles(), Limits(1 << 20, time.monotonic()))
        found = search(api, reader, [Job(SLUG, at, "build", "success") for at in range(1, 11)])
        (problem,) = found.problems
        assert problem.message.startswith("30 parts were not read")
        assert not fake.log


def test_there_is_an_end_to_artifacts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ARTIFACTS", 3)
    with CircleCI() as fake:
        had = Had("build", artifacts={f"{at}.txt": b"x" for at in range(5)})
        found = searched(fake, had)
        assert found.files.files == 3
        assert "only 3 of its artifacts" in found.problems[0].message


def test_artifacts_can_be_left_out() -> None:
    with CircleCI() as fake:
        found = searched(fake, Had("build", artifacts={"a.txt": VALUE}), artifacts=False)
        assert found.files.hits == []
        assert not fake.api.asked("artifacts")


@pytest.mark.parametrize(
    ("path", "names", "missing"),
    [
        ("/api/v1.1/", ("bash_command",), "the commands of its steps were not read"),
        ("/api/v1.1/", ("has_output", "output_url"), "this was not read"),
        ("/tests$", ("message",), "the results of its tests could not be listed"),
    ],
)
def test_a_field_with_a_new_name_is_not_an_empty_one(
    path: str, names: tuple[str, ...], missing: str
) -> None:
    with CircleCI() as fake:
        had = Had("build", [Step("Echo", "fine", command=SECRET)], tests=[{"message": SECRET}])
        fake.fail("rename", path, names={name: f"new_{name}" for name in names})
        found = searched(fake, had)
        (problem,) = found.problems
        assert problem.message.startswith(missing)
        assert len(found.hits) == (2 if "this" in missing else 1)


def test_the_file_of_a_test_is_searched() -> None:
    with CircleCI() as fake:
        found = searched(fake, Had("build", tests=[{"name": "t", "file": f"{SECRET}.py"}]))
        assert [hit.uri for hit in found.hits] == [f"{JOB}!tests!tests.t"]
