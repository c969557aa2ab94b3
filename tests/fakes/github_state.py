"""An organisation at GitHub as plain data: people, repositories, and what protects them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Sequence


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
