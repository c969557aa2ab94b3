"""What a fake CircleCI says of organisations and projects: from its state to the API's data."""

from __future__ import annotations

from typing import Any

from tests.fakes.circleci_state import MOMENT, SOMEBODY, Context, Organisation, Project, named_id

Data = Any


def project(org: Organisation, one: Project) -> Data:
    """A project."""
    host = {"gh": "github.com", "bb": "bitbucket.org"}.get(one.slug[:2], "circleci.com")
    return {
        "slug": one.slug,
        "name": one.name,
        "id": one.id,
        "organization_name": org.name,
        "organization_slug": org.slug,
        "organization_id": org.id,
        "vcs_info": {
            "vcs_url": f"https://{host}/{org.name}/{one.name}",
            "provider": one.provider,
            "default_branch": one.default_branch,
        },
    }


def project_settings_v3(one: Project) -> Data:
    """The settings of a project by their other names."""
    had = one.settings
    return {
        "data": {
            "id": one.id,
            "attributes": {
                "enable_auto_cancel_redundant_workflows": had["autocancel_builds"],
                "enable_building_fork_prs": had["build_fork_prs"],
                "is_build_prs_only": had["build_prs_only"],
                "can_pass_secrets_to_fork_pr_jobs": had["forks_receive_secret_env_vars"],
                "can_set_github_status": had["set_github_status"],
                "is_ssh_disabled": had["disable_ssh"],
                "enable_dynamic_config": had["setup_workflows"],
                "is_admin_required_for_writing_settings": had["write_settings_requires_admin"],
                "is_oss": had["oss"],
                "pr_only_branch_overrides": had["pr_only_branch_overrides"],
                "enable_unversioned_config": one.unversioned_config,
            },
        }
    }


def project_settings_v1(one: Project) -> Data:
    """The settings of a project as the first version of the API has them."""
    features = {"api-trigger-with-config": one.unversioned_config, **one.features}
    return {
        "vcs_url": f"https://github.com/{one.slug[3:]}",
        "ssh_keys": [
            {"hostname": "", "public_key": "ssh-ed25519 AAAA", "fingerprint": "SHA256:x", **key}
            for key in one.ssh_keys
        ],
        "feature_flags": features,
    }


def variables(one: Project) -> list[Data]:
    """The variables of a project."""
    return [
        {"name": had.name, "value": "xxxx" + had.value[-4:], "created-at": had.created}
        for had in one.variables
    ]


def checkout_keys(one: Project) -> list[Data]:
    """The keys that check a project out."""
    plain = {
        "public-key": "ssh-ed25519 AAAA",
        "type": "deploy-key",
        "fingerprint": "SHA256:0000",
        "preferred": True,
        "created-at": MOMENT,
    }
    return [{**plain, **key} for key in one.keys]


def tokens(one: Project) -> Data:
    """The API tokens of a project."""
    plain = {"label": "status", "scope": "status", "time": MOMENT}
    return [
        {"id": named_id(one.slug, "token", at), **plain, **token}
        for at, token in enumerate(one.tokens)
    ]


def webhooks(one: Project) -> list[Data]:
    """The webhooks of a project."""
    plain = {
        "name": "hook",
        "url": "https://hooks.example/in",
        "verify-tls": True,
        "signing-secret": "****cret",
        "events": ["workflow-completed"],
        "created-at": MOMENT,
        "updated-at": MOMENT,
        "scope": {"id": one.id, "type": "project"},
    }
    return [
        {"id": named_id(one.slug, "webhook", at), **plain, **hook}
        for at, hook in enumerate(one.webhooks)
    ]


def schedules(one: Project) -> list[Data]:
    """The schedules of a project."""
    plain = {
        "name": "nightly",
        "description": "",
        "timetable": {"per-hour": 1, "hours-of-day": [2], "days-of-week": ["MON"]},
        "parameters": {"branch": "main"},
        "actor": SOMEBODY,
        "project-slug": one.slug,
        "created-at": MOMENT,
        "updated-at": MOMENT,
    }
    return [
        {"id": named_id(one.slug, "schedule", at), **plain, **schedule}
        for at, schedule in enumerate(one.schedules)
    ]


def definitions(one: Project) -> list[Data]:
    """The pipeline definitions of a project."""
    repo = {"full_name": one.slug.partition("/")[2], "external_id": "1234"}
    plain = {
        "name": "build",
        "description": "",
        "created_at": MOMENT,
        "config_source": {"provider": "github_app", "repo": repo, "file_path": ".circleci/c.yml"},
        "checkout_source": {"provider": "github_app", "repo": repo},
    }
    return [
        {"id": named_id(one.slug, "definition", at), **plain, **_without(had, "triggers")}
        for at, had in enumerate(one.definitions)
    ]


def triggers(one: Project, definition: str) -> list[Data] | None:
    """The triggers of a pipeline definition."""
    repo = {"full_name": one.slug.partition("/")[2], "external_id": "1234"}
    plain = {
        "event_name": "",
        "created_at": MOMENT,
        "event_source": {"provider": "github_app", "repo": repo},
        "event_preset": "all-pushes",
        "disabled": False,
    }
    for made, had in zip(definitions(one), one.definitions):
        if made["id"] == definition:
            return [
                {"id": named_id(definition, "trigger", at), **plain, **trigger}
                for at, trigger in enumerate(had.get("triggers", ()))
            ]
    return None


def context(one: Context) -> Data:
    """A context as a list has it."""
    return {"id": one.id, "name": one.name, "created_at": one.created}


def context_alone(org: Organisation, one: Context) -> Data:
    """A context that is asked for alone tells more."""
    held = {"environment_variables": context_variables(one), "restrictions": restrictions(one)}
    return {**context(one), "org_id": org.id, **held}


def context_variables(one: Context) -> list[Data]:
    """The variables of a context."""
    return [
        {
            "variable": had.name,
            "context_id": one.id,
            "created_at": had.created,
            "updated_at": had.updated,
            "truncated_value": had.value[-4:],
        }
        for had in one.variables
    ]


def restrictions(one: Context) -> list[Data]:
    """Who may use a context."""
    return [
        {
            "id": had.value if had.kind == "group" else named_id(one.id, at),
            "context_id": one.id,
            **({"project_id": had.value} if had.kind == "project" else {}),
            "name": had.name,
            "restriction_type": had.kind,
            "restriction_value": had.value,
        }
        for at, had in enumerate(one.restrictions)
    ]


def claims(org: Organisation, one: Project | None) -> Data:
    """How identity tokens differ from the default."""
    had = one.claims if one is not None else org.claims
    inside = {} if one is None else {"project_id": one.id}
    return {"org_id": org.id, **inside, **had}


def policy_bundle(org: Organisation) -> Data:
    """The config policies; each name stands for a list."""
    made = {"created_at": MOMENT, "created_by": SOMEBODY["id"]}
    return {
        name: [{"name": name, "content": content, **made}] for name, content in org.policies.items()
    }


def _without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: one for key, one in data.items() if key != name}
