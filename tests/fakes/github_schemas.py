"""What GitHub's REST API answers, as far as it is read here; from GitHub's public description."""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
FLAG = {"type": "boolean"}
MAYBE_NUMBER = {"type": ["integer", "null"]}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """Describe an object that has no other keys, so that no key is made up."""
    return {
        "type": "object",
        "required": sorted(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


_ENABLED = _object({}, enabled=FLAG)
_USER = {"login": TEXT, "id": NUMBER, "type": TEXT}
_PERSON = _object({**_USER, "site_admin": FLAG})
_PERMISSIONS = _object({"pull": FLAG, "push": FLAG, "admin": FLAG}, triage=FLAG, maintain=FLAG)
_CHECKS = _list(_object({"context": TEXT, "app_id": MAYBE_NUMBER}))
_STATUSES = _object(
    {"contexts": _list(TEXT), "checks": _CHECKS},
    url=TEXT,
    enforcement_level=TEXT,
    strict=FLAG,
)
_USERS = _list(_object({}, login=TEXT, id=NUMBER, type=TEXT))
_NAMED = _list(_object({}, id=NUMBER, slug=TEXT))
_PROTECTION = _object(
    {},
    url=TEXT,
    enabled=FLAG,
    required_status_checks=_STATUSES,
    enforce_admins=_object({"url": TEXT, "enabled": FLAG}),
    required_pull_request_reviews=_object(
        {"dismiss_stale_reviews": FLAG, "require_code_owner_reviews": FLAG},
        required_approving_review_count=NUMBER,
        require_last_push_approval=FLAG,
        bypass_pull_request_allowances=_object({}, users=_USERS, teams=_NAMED, apps=_NAMED),
    ),
    allow_force_pushes=_ENABLED,
    allow_deletions=_ENABLED,
    lock_branch=_ENABLED,
)
_REVIEWER = _object(
    {
        "file_patterns": _list(TEXT),
        "minimum_approvals": NUMBER,
        "reviewer": _object({"id": NUMBER, "type": {"enum": ["Team"]}}),
    }
)
_PARAMETERS = {
    "deletion": None,
    "non_fast_forward": None,
    "merge_queue": _object(
        {
            "check_response_timeout_minutes": NUMBER,
            "grouping_strategy": {"enum": ["ALLGREEN", "HEADGREEN"]},
            "max_entries_to_build": NUMBER,
            "max_entries_to_merge": NUMBER,
            "merge_method": {"enum": ["MERGE", "SQUASH", "REBASE"]},
            "min_entries_to_merge": NUMBER,
            "min_entries_to_merge_wait_minutes": NUMBER,
        }
    ),
    "update": _object({"update_allows_fetch_and_merge": FLAG}),
    "required_status_checks": _object(
        {
            "required_status_checks": _list(_object({"context": TEXT}, integration_id=NUMBER)),
            "strict_required_status_checks_policy": FLAG,
        },
        do_not_enforce_on_create=FLAG,
    ),
    "pull_request": _object(
        {
            "dismiss_stale_reviews_on_push": FLAG,
            "require_code_owner_review": FLAG,
            "require_last_push_approval": FLAG,
            "required_approving_review_count": NUMBER,
            "required_review_thread_resolution": FLAG,
        },
        required_reviewers=_list(_REVIEWER),
    ),
}


def _rule(kind: str, parameters: dict[str, Any] | None) -> dict[str, Any]:
    needed = {"type": {"enum": [kind]}, **({"parameters": parameters} if parameters else {})}
    more = {"ruleset_source_type": {"enum": ["Repository", "Organization"]}}
    return _object(needed, ruleset_id=NUMBER, ruleset_source=TEXT, **more)


_REPO = "/repos/{owner}/{repo}"
SCHEMAS: dict[str, dict[str, Any]] = {
    "/orgs/{org}": _object(_USER, two_factor_requirement_enabled={"type": ["boolean", "null"]}),
    "/orgs/{org}/members": _list(_PERSON),
    "/orgs/{org}/outside_collaborators": _list(_PERSON),
    "/orgs/{org}/audit-log": _list(
        _object({}, **{"@timestamp": NUMBER}, action=TEXT, actor=TEXT, user=TEXT, org=TEXT)
    ),
    _REPO: _object(
        {
            "id": NUMBER,
            "name": TEXT,
            "full_name": TEXT,
            "private": FLAG,
            "owner": _PERSON,
            "default_branch": TEXT,
            "archived": FLAG,
        }
    ),
    f"{_REPO}/branches/{{branch}}": _object(
        {"name": TEXT, "protected": FLAG, "protection": _PROTECTION}
    ),
    f"{_REPO}/branches/{{branch}}/protection": _PROTECTION,
    f"{_REPO}/rules/branches/{{branch}}": _list(
        {"oneOf": [_rule(kind, given) for kind, given in _PARAMETERS.items()]}
    ),
    f"{_REPO}/rulesets/{{id}}": _object(
        {"id": NUMBER, "name": TEXT, "source": TEXT, "enforcement": TEXT},
        bypass_actors=_list(
            _object(
                {
                    "actor_type": {
                        "enum": [
                            "Integration",
                            "OrganizationAdmin",
                            "RepositoryRole",
                            "Team",
                            "DeployKey",
                            "User",
                        ]
                    }
                },
                actor_id=MAYBE_NUMBER,
                bypass_mode={"enum": ["always", "pull_request", "exempt"]},
            )
        ),
    ),
    f"{_REPO}/collaborators": _list(
        _object({**_USER, "site_admin": FLAG}, permissions=_PERMISSIONS, role_name=TEXT)
    ),
    f"{_REPO}/contents/{{path}}": _object(
        {"type": TEXT, "path": TEXT}, encoding=TEXT, content=TEXT
    ),
}
"""The form of each path, with what must and what may be in its answer."""
