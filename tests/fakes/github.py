"""A GitHub on 127.0.0.1 that answers about one organisation."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any, Callable
from urllib.parse import unquote, urlencode

from tests.fakes.github_state import GitHubState, Repo
from tests.fakes.http_server import Asked, Reply, Server

TOKEN = "ghp_of-the.tests_0123456789abcdefABCDEF"
NOT_FOUND = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}
UPGRADE = "Upgrade to GitHub Pro or make this repository public to enable this feature."


class FakeGitHub:
    """The running fake; `prefix` is where the API lies, as `/api/v3` on a GitHub of one's own."""

    def __init__(self, state: GitHubState | None = None, prefix: str = "") -> None:
        self.state = state or GitHubState()
        self.prefix = prefix
        self.served: list[tuple[str, Any]] = []
        """The form of each path that was answered with 200, and the answer."""

    def __enter__(self) -> FakeGitHub:
        self.server = Server(self.answer).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.__exit__()

    @property
    def url(self) -> str:
        return self.server.url + self.prefix

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply({"message": "Bad credentials"}, 401)
        path = asked.path[len(self.prefix) :]
        state = self.state
        path = re.sub(rf"^/organizations/{state.id}(?=/)", f"/orgs/{state.name}", path)
        for form, answer in _ROUTES:
            match = re.fullmatch(_regex(form), path)
            if match is None:
                continue
            names = {key: unquote(value) for key, value in match.groupdict().items()}
            reply = self._reply(answer, names, asked)
            if reply.status == 200:
                self.served.append((form, reply.body))
            return reply
        return Reply(NOT_FOUND, 404)

    def _reply(self, answer: Callable[..., Any], names: dict[str, str], asked: Asked) -> Reply:
        state = self.state
        if names.pop("org", state.name).lower() != state.name:
            return Reply(NOT_FOUND, 404)
        if "repo" in names:
            full = f"{names.pop('owner')}/{names.pop('repo')}".lower()
            found = [one for one in state.repos if full in (one.name.lower(), one.moved)]
            if not found:
                return Reply(NOT_FOUND, 404)
            if found[0].moved == full:
                target = asked.path.lower().replace(f"/{full}", f"/{found[0].name}")
                return Reply({"message": "Moved Permanently"}, 301, {"Location": target})
            body = answer(self, found[0], asked, **names)
        else:
            body = answer(self, asked, **names)
        return body if isinstance(body, Reply) else self._paged(body, asked)

    def _paged(self, body: Any, asked: Asked) -> Reply:
        if not isinstance(body, list):
            return Reply(body)
        size = min(int(asked.query.get("per_page", "30")), 100)
        page = int(asked.query.get("page", "1"))
        here = body[(page - 1) * size : page * size]
        if page * size >= len(body):
            return Reply(here)
        query = urlencode({**asked.query, "page": str(page + 1)})
        path = asked.path.replace(f"/orgs/{self.state.name}/", f"/organizations/{self.state.id}/")
        link = f'<{self.server.url}{path}?{query}>; rel="next", <{self.server.url}/x>; rel="last"'
        return Reply(here, headers={"Link": link})

    def _organisation(self, asked: Asked) -> Any:
        state = self.state
        shown = {"login": state.name, "id": state.id, "type": "Organization"}
        more = {"two_factor_requirement_enabled": state.two_factor}
        return {**shown, **more} if state.owner else shown

    def _members(self, asked: Asked) -> Any:
        state, wanted = self.state, asked.query.get("filter", "all")
        if not state.member:
            return Reply(b"", 302, {"Location": asked.path.replace("/members", "/public_members")})
        if wanted != "all" and not state.owner:
            return Reply({"message": "Only owners can use this filter."}, 422)
        role = asked.query.get("role", "all")
        return [
            _user(login)
            for login, own in state.people.items()
            if role in ("all", own) and (wanted == "all" or login in state.without)
        ]

    def _outside(self, asked: Asked) -> Any:
        state = self.state
        if not state.owner:
            return Reply({"message": "You must be an owner."}, 403)
        wanted = asked.query.get("filter", "all")
        found = [one for one in state.outside if wanted == "all" or one in state.without]
        return [_user(login) for login in found]

    def _audit_log(self, asked: Asked) -> Any:
        state = self.state
        if state.events is None or not state.owner:
            return Reply(NOT_FOUND, 404)
        words = dict(one.split(":", 1) for one in asked.query.get("phrase", "").split())
        words.pop("created", None)
        return [
            one
            for one in state.events
            if all(one.get(key, "").lower() == value.lower() for key, value in words.items())
        ]

    def _repository(self, repo: Repo, asked: Asked) -> Any:
        return {
            "id": repo.id,
            "name": repo.name.partition("/")[2],
            "full_name": repo.name,
            "private": True,
            "owner": {**_user(repo.name.partition("/")[0]), "type": repo.owner},
            "default_branch": repo.branch,
            "archived": repo.archived,
        }

    def _branch(self, repo: Repo, asked: Asked, branch: str) -> Any:
        if branch != repo.branch:
            return Reply({"message": "Branch not found"}, 404)
        own = repo.protection or {}
        told = own.get("required_status_checks", {})
        level = "everyone" if own.get("enforce_admins", {}).get("enabled") else "non_admins"
        shown = {
            "enforcement_level": level if told else "off",
            "contexts": told.get("contexts", []),
            "checks": told.get("checks", []),
        }
        return {
            "name": branch,
            "protected": bool(own or repo.rulesets),
            "protection": {"enabled": bool(own), "required_status_checks": shown},
        }

    def _protection(self, repo: Repo, asked: Asked, branch: str) -> Any:
        if not repo.administered:
            return Reply(NOT_FOUND, 404)
        if repo.protection is None:
            return Reply({"message": "Branch not protected"}, 404)
        return repo.protection

    def _rules(self, repo: Repo, asked: Asked, branch: str) -> Any:
        if repo.free:
            return Reply({"message": UPGRADE}, 403)
        return [
            {**rule, "ruleset_id": number, "ruleset_source_type": "Repository"}
            for number, one in enumerate(repo.rulesets, 1)
            for rule in one["rules"]
        ]

    def _ruleset(self, repo: Repo, asked: Asked, id: str) -> Any:
        found = {key: one for key, one in repo.rulesets[int(id) - 1].items() if key != "rules"}
        return {"id": int(id), "source": repo.name, "enforcement": "active", **found}

    def _collaborators(self, repo: Repo, asked: Asked) -> Any:
        if not repo.administered:
            return Reply(
                {"message": "Must have push access to view repository collaborators."}, 403
            )
        return [
            {**_user(login), "permissions": {"pull": True, "push": push, "admin": False}}
            for login, push in repo.outside.items()
        ]

    def _contents(self, repo: Repo, asked: Asked, path: str) -> Any:
        text = repo.files.get(path)
        if text is None:
            return Reply(NOT_FOUND, 404)
        content = b64encode(text.encode()).decode()
        lines = "\n".join(content[at : at + 60] for at in range(0, len(content), 60))
        return {"type": "file", "path": path, "encoding": "base64", "content": lines + "\n"}


def _regex(form: str) -> str:
    """Turn a form of paths into an expression; a file's path alone has slashes."""
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", form.replace("{path}", "(?P<path>.+)"))


def _user(login: str) -> dict[str, Any]:
    return {"login": login, "id": len(login), "type": "User", "site_admin": False}


_REPO = "/repos/{owner}/{repo}"
_ROUTES: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("/orgs/{org}", FakeGitHub._organisation),
    ("/orgs/{org}/members", FakeGitHub._members),
    ("/orgs/{org}/outside_collaborators", FakeGitHub._outside),
    ("/orgs/{org}/audit-log", FakeGitHub._audit_log),
    (_REPO, FakeGitHub._repository),
    (f"{_REPO}/branches/{{branch}}", FakeGitHub._branch),
    (f"{_REPO}/branches/{{branch}}/protection", FakeGitHub._protection),
    (f"{_REPO}/rules/branches/{{branch}}", FakeGitHub._rules),
    (f"{_REPO}/rulesets/{{id}}", FakeGitHub._ruleset),
    (f"{_REPO}/collaborators", FakeGitHub._collaborators),
    (f"{_REPO}/contents/{{path}}", FakeGitHub._contents),
)
