"""The client for GitHub: what is asked, what counts as an answer, and where the token goes."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from secguard.api.github import MAX_PAGES, GitHub, GitHubError
from secguard.errors import UsageError
from secguard.net.failure import AskError, Failure
from secguard.net.wire import Network, Wire
from secguard.runtime.secret import Secret
from tests.fakes.github import TOKEN, FakeGitHub
from tests.fakes.github_state import GitHubState
from tests.fakes.http_server import Asked, Reply, Server, serving
from tests.unit.api.asking import MADE


def github_for(server: Server, *, prefix: str = "", seconds: float = 20, **network: Any) -> GitHub:
    hosts = frozenset((server.host,))
    wire = Wire(Network(hosts, hosts, **{"timeout": 5, "pause": 0.01, **network}), seconds)
    MADE.append(wire)
    return GitHub(wire, Secret("GITHUB_TOKEN", TOKEN.encode()), server.url + prefix)


def failing(ask: Callable[[], object]) -> AskError:
    """Ask, and give the error that has to come; the token is nowhere in it."""
    with pytest.raises(AskError) as caught:
        ask()
    error: BaseException | None = caught.value
    while error is not None:
        assert TOKEN not in f"{error!r} {error} {vars(error)}"
        error = error.__cause__ or error.__context__
    return caught.value


def _say(*replies: Reply) -> Callable[[Asked], Reply]:
    """Give these answers one after another, the last one again and again."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_one_thing_is_asked_for_with_the_token_and_a_version() -> None:
    with serving(_say(Reply({"login": "acme"}))) as server:
        assert github_for(server).get("/orgs/{}", "ac/me", a="b c") == {"login": "acme"}
    (asked,) = server.log
    assert (asked.method, asked.path, asked.query) == ("GET", "/orgs/ac%2Fme", {"a": "b c"})
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["x-github-api-version"] == "2022-11-28"
    assert asked.headers["user-agent"] == "secguard"


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_every_page_of_a_list_is_taken(prefix: str) -> None:
    people = {f"user-{number}": "member" for number in range(250)}
    with FakeGitHub(GitHubState(people=people), prefix) as fake:
        github = github_for(fake.server, prefix=prefix)
        found = [one["login"] for one in github.pages("/orgs/{}/members", "acme")]
    assert found == list(people)
    assert len(fake.server.log) == 3


def test_a_next_page_is_not_asked_for_before_it_is_needed() -> None:
    with FakeGitHub(GitHubState(people={f"user-{n}": "member" for n in range(250)})) as fake:
        next(github_for(fake.server).pages("/orgs/{}/members", "acme"))
    assert len(fake.server.log) == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/orgs?page=2",
        "//evil.example/x",
        "/elsewhere",
        "https://[",
        "ftp://x/y",
    ],
)
@pytest.mark.parametrize("way", ["link", "redirect"])
def test_the_token_goes_nowhere_but_to_the_api(target: str, way: str) -> None:
    link = Reply([{"id": 1}], headers={"Link": f'<{target}>; rel="next"'})
    moved = Reply(b"", 301, {"Location": target})
    with serving(_say(link if way == "link" else moved)) as server:
        github = github_for(server, prefix="/api/v3")
        error = failing(lambda: list(github.pages("/orgs/{}/members", "acme")))
    assert error.failure is Failure.UNTRUSTED
    assert len(server.log) == 1


def test_a_repository_that_was_renamed_is_followed() -> None:
    def answer(asked: Asked) -> Reply:
        if asked.path == "/repositories/5":
            return Reply({"id": 5})
        return Reply(b"", 301, {"Location": "/repositories/5"})

    with serving(answer) as server:
        assert github_for(server).get("/repos/{}/{}", "a", "old") == {"id": 5}


def test_redirects_that_never_end_are_given_up() -> None:
    with serving(_say(Reply(b"", 301, {"Location": "/round"}))) as server:
        error = failing(lambda: github_for(server).get("/start"))
    assert error.failure is Failure.UNTRUSTED
    assert len(server.log) < 5


def test_a_list_that_never_ends_is_given_up() -> None:
    def endless(asked: Asked) -> Reply:
        page = int(asked.query.get("page", "1")) + 1
        return Reply([{"id": page}], headers={"Link": f'</x?page={page}>; rel="next"'})

    with serving(endless) as server:
        error = failing(lambda: list(github_for(server).pages("/x")))
    assert (error.failure, len(server.log)) == (Failure.UNTRUSTED, MAX_PAGES)


@pytest.mark.parametrize("items", [[{"id": 1}], []])
def test_a_page_that_comes_again_ends_it(items: list[Any]) -> None:
    with serving(_say(Reply(items, headers={"Link": '</x?p=1>; rel="next"'}))) as server:
        error = failing(lambda: list(github_for(server).pages("/x")))
    assert error.failure is Failure.UNTRUSTED
    assert len(server.log) < 4


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (302, Failure.FORBIDDEN),
        (400, Failure.UNREACHABLE),
        (401, Failure.FORBIDDEN),
        (403, Failure.FORBIDDEN),
        (404, Failure.MISSING),
        (409, Failure.UNREACHABLE),
        (422, Failure.FORBIDDEN),
        (500, Failure.UNREACHABLE),
        (204, Failure.UNREACHABLE),
    ],
)
def test_no_status_but_200_is_an_answer(status: int, failure: Failure) -> None:
    with serving(_say(Reply({"two_factor_requirement_enabled": True}, status))) as server:
        assert failing(lambda: github_for(server).get("/x")).failure is failure


def test_what_github_says_is_kept_and_safe_to_show() -> None:
    said = "Branch not\x1b[31m protected\u202e" + "x" * 500
    with serving(_say(Reply({"message": said}, 404))) as server:
        error = failing(lambda: github_for(server).get("/x"))
    assert isinstance(error, GitHubError)
    assert error.said.startswith("Branch not\\x1b[31m protected\\u202ex")
    assert len(error.said) == 200


@pytest.mark.parametrize("kind", ["html", "garbage", "deep", "digits", "huge", "text"])
def test_an_answer_that_is_no_list_is_none(kind: str) -> None:
    with serving(_say(Reply([{"id": 1}]))) as server:
        server.fail(kind)
        error = failing(lambda: list(github_for(server).pages("/x")))
    assert error.failure is Failure.UNTRUSTED


@pytest.mark.parametrize("body", [{"items": []}, [1], [["x"]], "x", None])
def test_json_of_another_form_is_no_list(body: Any) -> None:
    with serving(_say(Reply(body if body is not None else b"null"))) as server:
        assert failing(lambda: list(github_for(server).pages("/x"))).failure is Failure.UNTRUSTED


@pytest.mark.parametrize("kind", ["cut", "silent", "stall"])
def test_a_connection_that_breaks_is_no_answer(kind: str) -> None:
    with serving(_say(Reply([{"id": 1}]))) as server:
        server.fail(kind)
        github = github_for(server, timeout=0.2, attempts=2)
        assert failing(lambda: list(github.pages("/x"))).failure is Failure.UNREACHABLE


def test_a_failure_that_passes_is_asked_through() -> None:
    with serving(_say(Reply({}, 502), Reply({}, 500), Reply({"a": 1}))) as server:
        assert github_for(server).get("/x") == {"a": 1}


SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait."}


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_is_waited_for_as_long_as_it_says(status: int) -> None:
    later = Reply(SECONDARY, status, {"Retry-After": "1"})
    with serving(_say(later, Reply({"a": 1}))) as server:
        assert github_for(server).get("/x") == {"a": 1}
    first, second = (one.moment for one in server.log)
    assert second - first >= 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "3600"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"},
        {"X-RateLimit-Remaining": "0"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"},
        {},
    ],
)
@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_that_lasts_too_long_ends_all_questions(
    headers: dict[str, str], status: int
) -> None:
    with serving(_say(Reply(SECONDARY, status, headers))) as server:
        github = github_for(server, max_wait=0.1)
        assert failing(lambda: github.get("/x")).failure is Failure.LIMITED
        asked = len(server.log)
        assert failing(lambda: github.get("/y")).failure is Failure.LIMITED
        assert len(server.log) == asked, "it was asked again although the limit is reached"


def test_a_limit_that_stays_is_not_waited_for_forever() -> None:
    with serving(_say(Reply(SECONDARY, 403, {"Retry-After": "0"}))) as server:
        assert failing(lambda: github_for(server).get("/x")).failure is Failure.LIMITED
    assert len(server.log) == 2


def test_no_wait_outlasts_the_run() -> None:
    with serving(_say(Reply(SECONDARY, 403, {"Retry-After": "60"}))) as server:
        github = github_for(server, seconds=2, max_wait=90)
        assert failing(lambda: github.get("/x")).failure is Failure.LIMITED
    assert len(server.log) == 1


@pytest.mark.parametrize("value", ["", " ", "a b", "a\nX-Evil: 1", "a\r", "\u00e9", "a" * 5000])
def test_a_token_that_cannot_be_sent_is_refused_and_not_shown(value: str) -> None:
    wire = Wire(Network(), 1)
    with pytest.raises(UsageError) as caught:
        GitHub(wire, Secret("GITHUB_TOKEN", f"{TOKEN[:4]}{value}".encode() if value else b""))
    assert "GITHUB_TOKEN" in caught.value.message
    assert TOKEN[:4] not in f"{caught.value!r} {caught.value.hint}"


@pytest.mark.parametrize("base", ["http://github.example", "ftp://127.0.0.1", "github.example", ""])
def test_the_token_is_not_sent_without_tls(base: str) -> None:
    with pytest.raises(UsageError):
        GitHub(Wire(Network(), 1), Secret("GITHUB_TOKEN", TOKEN.encode()), base)


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_lead_elsewhere_is_not_asked_for(name: str) -> None:
    with serving(_say(Reply({}))) as server:
        assert failing(lambda: github_for(server).get("/orgs/{}/members", name))
    assert not server.log
