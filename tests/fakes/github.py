"""A GitHub on 127.0.0.1: one organisation, its people and repositories, as plain data."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any, Callable, Sequence
from urllib.parse import unquote, urlencode

from tests.fakes.http_server import Asked, Reply, Server

TOKEN = "ghp_of-the.tests_0123456789abcdefABCDEF"
NOT_FOUND = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}
UPGRADE = "Upgrade to GitHub Pro or make this repository public to enable this feature."


def status_check(context: str, app: int | None = None) -> dict[str, Any]:
    """A required status as branch protection names it."""
    return {"context": context, "app_id": app}


def protection(
    *checks: dict[str, Any],
    strict: bool = True,
    reviews: int | None = 1,
    code_owners: bool = False,
    admins: bool = True,
    force: bool = False,
    passing: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Branch protection, as administrators see it."""
    found: dict[str, Any] = {
        "url": "https://api.github.com/protection",
        "enforce_admins": {"url": "https://api.github.com/admins", "enabled": admins},
        "allow_force_pushes": {"enabled": force},
        "allow_deletions": {"enabled": False},
        "lock_branch": {"enabled": False},
    }
    if checks:
        names = [one["context"] for one in checks]
        found["required_status_checks"] = {
            "strict": strict,
            "contexts": names,
            "checks": list(checks),
        }
    if reviews is not None:
        people = [{"login": login, "id": 1, "type": "User"} for login in passing]
        found["required_pull_request_reviews"] = {
            "dismiss_stale_reviews": True,
            "require_code_owner_reviews": code_owners,
            "required_approving_review_count": reviews,
            "bypass_pull_request_allowances": {"users": people, "teams": [], "apps": []},
        }
    return found


def ruleset(
    *checks: dict[str, Any],
    name: str = "main",
    strict: bool = True,
    reviews: int | None = 1,
    code_owners: bool = False,
    force: bool = False,
    locked: bool = False,
    queue: bool = False,
    reviewers: dict[str, int] | None = None,
    bypass: Sequence[dict[str, Any]] | None = (),
) -> dict[str, Any]:
    """A ruleset with its rules; `bypass` is None where the token may not see it."""
    rules: list[dict[str, Any]] = [{"type": "deletion"}]
    if checks:
        required = [{"context": one["context"], "integration_id": one["app_id"]} for one in checks]
        for one in required:
            if one["integration_id"] is None:
                del one["integration_id"]
        parameters = {
            "required_status_checks": required,
            "strict_required_status_checks_policy": strict,
        }
        rules.append({"type": "required_status_checks", "parameters": parameters})
    if reviews is not None:
        wanted = [
            {"file_patterns": [pattern], "minimum_approvals": least, "reviewer": _TEAM}
            for pattern, least in (reviewers or {}).items()
        ]
        parameters = {
            "dismiss_stale_reviews_on_push": True,
            "require_code_owner_review": code_owners,
            "require_last_push_approval": False,
            "required_approving_review_count": reviews,
            "required_review_thread_resolution": False,
            "required_reviewers": wanted,
        }
        rules.append({"type": "pull_request", "parameters": parameters})
    if not force:
        rules.append({"type": "non_fast_forward"})
    if queue:
        rules.append({"type": "merge_queue", "parameters": _QUEUE})
    if locked:
        locks = {"update_allows_fetch_and_merge": False}
        rules.append({"type": "update", "parameters": locks})
    found = {"name": name, "rules": rules}
    return found if bypass is None else {**found, "bypass_actors": list(bypass)}


_TEAM = {"id": 7, "type": "Team"}
_QUEUE = {
    "check_response_timeout_minutes": 60,
    "grouping_strategy": "ALLGREEN",
    "max_entries_to_build": 5,
    "max_entries_to_merge": 5,
    "merge_method": "MERGE",
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 5,
}


@dataclass
class Repo:
    """A repository; `protection` is None where branch protection is off."""

    name: str
    id: int = 501
    branch: str = "main"
    archived: bool = False
    protection: dict[str, Any] | None = None
    rulesets: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    outside: dict[str, bool] = field(default_factory=dict)
    """Outside collaborators, and whether they may push."""
    administered: bool = True
    """Whether the token may see branch protection in full."""
    free: bool = False
    """Private, on a plan without protection."""
    owner: str = "Organization"
    """What it belongs to; `User` for a person."""
    moved: str = ""
    """Its former name, which redirects."""


@dataclass
class GitHubState:
    """An organisation as the token's owner may see it."""

    name: str = "acme"
    id: int = 77
    owner: bool = True
    """Whether the token belongs to an owner."""
    member: bool = True
    two_factor: bool = True
    people: dict[str, str] = field(default_factory=lambda: {"ada": "admin", "ben": "member"})
    outside: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    """Those without a second factor."""
    events: list[dict[str, Any]] | None = None
    """The audit log, newest first; None where the plan has none."""
    repos: list[Repo] = field(default_factory=list)


def event(actor: str, user: str = "", action: str = "repo.access") -> dict[str, Any]:
    """An event of the audit log."""
    found = {"@timestamp": 1764000000000, "action": action, "actor": actor, "org": "acme"}
    return {**found, "user": user} if user else found


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
