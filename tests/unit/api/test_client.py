"""The client: one way to ask, and no answer but a good one."""

from __future__ import annotations

import json
import pickle
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.api.client import MAX_PAGES, Api, path
from secguard.errors import UsageError
from secguard.net.failure import AskError, Failure
from secguard.net.wire import Network, Wire
from tests.fakes.http_server import Asked, Reply, serving
from tests.unit.api.asking import MADE, TOKEN, api_for, failing, secret

LIST = "/api/v2/context"


def _answer(asked: Asked) -> Reply:
    if asked.path.startswith("/api/v3/"):
        cursor = asked.query.get("page[cursor]", "")
        page = {"next": None} if cursor else {"next": "b"}
        return Reply({"data": [{"id": cursor or "a"}], "page": page})
    if asked.path.startswith("/api/v1.1/"):
        return Reply([{"id": "a"}, {"id": "b"}])
    if asked.path == LIST:
        cursor = asked.query.get("page-token", "")
        return Reply({"items": [{"id": cursor or "a"}], "next_page_token": "" if cursor else "b"})
    return Reply({"asked": asked.path, **asked.query})


def test_one_thing_is_asked_for_with_the_token() -> None:
    with serving(_answer) as server:
        assert api_for(server).get("/api/v2/me", {"a b": "c/d"}) == {
            "asked": "/api/v2/me",
            "a b": "c/d",
        }
    (asked,) = server.log
    assert asked.headers["circle-token"] == TOKEN
    assert asked.headers["accept"] == "application/json"
    assert "authorization" not in asked.headers


@pytest.mark.parametrize("where", [LIST, "/api/v3/contexts", "/api/v1.1/project/gh/a/b/token"])
def test_every_page_of_a_list_is_taken(where: str) -> None:
    with serving(_answer) as server:
        assert [one["id"] for one in api_for(server).pages(where, {"x": "y"})] == ["a", "b"]
    assert all(asked.query["x"] == "y" for asked in server.log)


def test_a_list_that_never_ends_is_given_up() -> None:
    with serving(_answer) as server:
        server.fail("endless")
        error = failing(lambda: list(api_for(server).pages(LIST)))
    assert (error.failure, len(server.log)) == (Failure.UNTRUSTED, MAX_PAGES)


@pytest.mark.parametrize("where", [LIST, "/api/v3/contexts"])
def test_a_page_that_comes_again_ends_it(where: str) -> None:
    with serving(_answer) as server:
        server.fail("again")
        error = failing(lambda: list(api_for(server).pages(where)))
    assert error.failure is Failure.UNTRUSTED
    assert len(server.log) == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": None},
        {"items": {}},
        {"items": ["a"]},
        {"items": "a"},
        {"item": []},
        "text",
        7,
        None,
        ["a"],
        {"items": [], "next_page_token": 7},
        {"items": [], "next_page_token": {"a": "b"}},
        {"items": [], "next_page_token": "x" * 5_000},
        {"items": [], "next_page_token": "\ud800"},
    ],
)
def test_a_list_that_is_none_is_never_an_empty_one(body: Any) -> None:
    with serving(lambda _: Reply(json.dumps(body))) as server:
        error = failing(lambda: list(api_for(server).pages(LIST)))
    assert error.failure is Failure.UNTRUSTED


@pytest.mark.parametrize("where", [LIST, "/api/v3/contexts"])
@pytest.mark.parametrize("name", ["items", "data", "next_page_token", "next", "page"])
def test_a_field_with_a_new_name_does_not_make_a_list_shorter(where: str, name: str) -> None:
    with serving(_answer) as server:
        server.fail("rename", names={name: f"{name}_cursor"})
        try:
            found = [one["id"] for one in api_for(server).pages(where)]
        except AskError as error:
            assert error.failure is Failure.UNTRUSTED
        else:
            assert found == ["a", "b"]


@pytest.mark.parametrize("where", [LIST, "/api/v3/contexts"])
def test_hyphens_for_underscores_change_nothing(where: str) -> None:
    with serving(_answer) as server:
        server.fail("swap")
        assert [one["id"] for one in api_for(server).pages(where)] == ["a", "b"]


@pytest.mark.parametrize("kind", ["html", "garbage", "deep", "digits", "huge"])
def test_what_is_no_json_is_not_to_be_trusted(kind: str) -> None:
    with serving(_answer) as server:
        server.fail(kind)
        error = failing(lambda: api_for(server).get(LIST))
    assert error.failure is Failure.UNTRUSTED
    assert len(server.log) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("items", "data", "page", "next", "next_page_token", "x")), inner
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(JSON, min_size=1, max_size=3))
def test_whatever_comes_is_a_list_or_an_error_of_its_own(answers: list[Any]) -> None:
    with serving(lambda _: Reply(json.dumps(answers[len(server.log) % len(answers)]))) as server:
        api = api_for(server)
        for where in (LIST, "/api/v3/contexts"):
            try:
                assert all(isinstance(one, dict) for one in islice(api.pages(where), 50))
            except AskError as error:
                assert error.failure is Failure.UNTRUSTED
    MADE.pop().close()


@pytest.mark.parametrize("kind", ["slow", "stall", "cut", "silent"])
def test_an_answer_that_does_not_come_to_its_end_is_none(kind: str) -> None:
    with serving(_answer) as server:
        server.fail(kind, pause=0.03 if kind == "slow" else 0.3)
        api = api_for(server, seconds=0.5, timeout=0.1)
        assert failing(lambda: list(api.pages(LIST))).failure is Failure.UNREACHABLE


def test_a_list_that_breaks_off_gives_no_end() -> None:
    with serving(_answer) as server:
        pages = api_for(server).pages(LIST)
        assert next(pages)["id"] == "a"
        server.fail("cut")
        assert failing(lambda: next(pages)).failure is Failure.UNREACHABLE


@pytest.mark.parametrize(
    "status, failure, times",
    [
        (401, Failure.FORBIDDEN, 1),
        (403, Failure.FORBIDDEN, 1),
        (404, Failure.MISSING, 1),
        (410, Failure.MISSING, 1),
        (400, Failure.UNREACHABLE, 1),
        (204, Failure.UNREACHABLE, 1),
        (302, Failure.UNTRUSTED, 1),
        (500, Failure.UNREACHABLE, 3),
        (503, Failure.UNREACHABLE, 3),
        (429, Failure.LIMITED, 3),
    ],
)
def test_a_status_says_why_there_is_nothing(status: int, failure: Failure, times: int) -> None:
    with serving(_answer) as server:
        server.fail("status", status=status)
        assert failing(lambda: api_for(server).get(LIST)).failure is failure
    assert len(server.log) == times


def test_a_question_can_be_posted_and_nothing_else() -> None:
    with serving(_answer) as server:
        api = api_for(server)
        for where in (
            "/api/v2/compile-config-with-defaults",
            "/api/v3/configs/compile",
            "/api/v2/owner/1-2/context/config/decision",
        ):
            assert api.post(where, {"config_yaml": "x"})
        for where in (
            LIST,
            "/api/v2/owner/1/context/config/decision/settings",
            "/api/v2/project/gh/a/b/pipeline",
            "/api/v2/owner/1/context/config/policy-bundle",
        ):
            with pytest.raises(ValueError):
                api.post(where, {})
    assert {asked.method for asked in server.log} == {"POST"}
    assert len(server.log) == 3


def test_names_in_a_path_are_quoted_and_slugs_keep_their_slashes() -> None:
    assert path("/api/v2/project/{}/envvar", "gh/a/b c") == "/api/v2/project/gh/a/b%20c/envvar"
    assert path("/api/v2/organization/{}", "gh/a?x#y") == "/api/v2/organization/gh%2Fa%3Fx%23y"
    assert path("/api/v2/org/{}/project/{}/x", "o", "p") == "/api/v2/org/o/project/p/x"


def test_a_path_takes_as_many_names_as_it_has_places_for() -> None:
    for names in ((), ("a", "b")):
        with pytest.raises(ValueError):
            path("/api/v2/context/{}", *names)


@pytest.mark.parametrize("name", ["", ".", "..", "gh/../../me", "gh//x", "gh/x/"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert failing(lambda: path("/api/v2/project/{}/envvar", name)).failure is Failure.UNTRUSTED


@pytest.mark.parametrize("value", ["", "two words", "line\nend", "\u00e9", "a\r\nHost: evil"])
def test_a_token_that_cannot_be_sent_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        Api(Wire(Network(), 1), token=secret(value))
    assert "CIRCLE_TOKEN" in caught.value.message
    assert not value or value not in repr(caught.value)


def test_nothing_shows_the_token() -> None:
    api = Api(Wire(Network(), 1), token=secret())
    assert TOKEN not in f"{api!r} {api} {vars(api)} {vars(api.__dict__['_wire'])}"
    with pytest.raises(TypeError):
        pickle.dumps(api)


def test_a_host_that_is_not_there_is_unreachable() -> None:
    with serving(_answer) as server:
        api = api_for(server)
    assert failing(lambda: api.get(LIST)).failure is Failure.UNREACHABLE


@pytest.mark.parametrize("host", ["http://ci.example", "http://[", "https://a:b@ci.example", "ci"])
def test_a_host_that_must_not_have_the_token_is_not_asked(host: str) -> None:
    wire = Wire(Network(plain=frozenset({"ci.example"})), 5)
    with pytest.raises(AskError):
        Api(wire, host, token=secret()).get(LIST)
