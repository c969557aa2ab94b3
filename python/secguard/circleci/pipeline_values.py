"""The pipeline values: of what type each is, and who controls it.

Source: the pipeline values page of the CircleCI documentation, read in August 2026.
"""

from __future__ import annotations

from secguard.circleci.values import Control, Unknown

_CONTROL = {
    Control.OUTSIDER: """
        event.github.comment.body event.github.pull_request.title git.commit.author_email
        git.commit.author_name git.commit.body git.commit.subject
        trigger_parameters.github_app.commit_author_name
        trigger_parameters.github_app.commit_message trigger_parameters.github_app.commit_title
        trigger_parameters.github_app.user_name trigger_parameters.gitlab.commit_author_email
        trigger_parameters.gitlab.commit_author_name trigger_parameters.gitlab.commit_message
        trigger_parameters.gitlab.commit_title trigger_parameters.gitlab.user_name
        trigger_parameters.webhook.body
    """,
    Control.REF: """
        config.ref event.github.pull_request.head.ref event.github.ref git.branch git.tag
        trigger_parameters.github_app.branch trigger_parameters.github_app.ref
        trigger_parameters.gitlab.branch trigger_parameters.gitlab.ref
    """,
    Control.CALLER: """
        config.file_path deploy.component_name deploy.current_version deploy.environment_name
        deploy.namespace deploy.reason deploy.target_version event.github.label
        event.github.label.name name schedule.name trigger.name
    """,
    Control.ACCOUNT: """
        event.github.sender.login git.commit.author_login
        trigger_parameters.github_app.user_username trigger_parameters.gitlab.user_username
    """,
    Control.OWNER: """
        config.repository.name config.repository.url event.github.pull_request.base.ref
        event.github.repository.name event.github.repository.owner.login
        event.github.repository.url git.repo_name git.repo_owner git.repo_url project.git_url
        project.slug trigger_parameters.github_app.repo_name
        trigger_parameters.github_app.repo_url trigger_parameters.github_app.web_url
        trigger_parameters.gitlab.default_branch trigger_parameters.gitlab.repo_name
        trigger_parameters.gitlab.repo_url trigger_parameters.gitlab.web_url
    """,
    Control.SAFE: """
        config.sha config_source definition.id event.action event.context.github.pr_url
        event.github.after event.github.head_commit.url event.github.pull_request.base.sha
        event.github.pull_request.draft event.github.pull_request.head.sha
        event.github.pull_request.merged event.github.pull_request.number
        event.github.pull_request.url event.github.sender.avatar_url event.github.sender.type
        event.name git.base_revision git.branch.is_default git.commit.author_avatar_url
        git.commit.url git.repo_id git.revision id integration_source number project.type
        schedule.id trigger.id trigger.received_at trigger.type
        trigger_parameters.circleci.event_time trigger_parameters.circleci.event_type
        trigger_parameters.circleci.trigger_type trigger_parameters.github_app.checkout_sha
        trigger_parameters.github_app.commit_sha trigger_parameters.github_app.commit_timestamp
        trigger_parameters.github_app.total_commits_count
        trigger_parameters.github_app.user_avatar trigger_parameters.github_app.user_id
        trigger_parameters.gitlab.checkout_sha trigger_parameters.gitlab.commit_sha
        trigger_parameters.gitlab.commit_timestamp trigger_parameters.gitlab.is_fork_merge_request
        trigger_parameters.gitlab.type trigger_parameters.gitlab.user_avatar
        trigger_parameters.gitlab.user_id trigger_parameters.gitlab.x_gitlab_event_id
        trigger_source
    """,
}
_TYPES = {
    "pipeline.event.github.pull_request.draft": "boolean",
    "pipeline.event.github.pull_request.merged": "boolean",
    "pipeline.event.github.pull_request.number": "integer",
    "pipeline.git.branch.is_default": "boolean",
    "pipeline.number": "integer",
    "pipeline.trigger_parameters.github_app.total_commits_count": "integer",
}
_EVENTS = ("pipeline.event.", "pipeline.trigger_parameters.")

ENDED = ("pipeline.trigger_parameters.circleci.", "pipeline.trigger_parameters.github_app.")
"""Prefixes of values that CircleCI no longer promises to fill since 21 September 2026."""

_TABLE = {
    f"pipeline.{name}": control for control, names in _CONTROL.items() for name in names.split()
}


def pipeline_value(name: str) -> Unknown:
    """Say what is known of a pipeline value such as `pipeline.git.branch`.

    A value that the documentation does not list counts as chosen by an outsider where it comes
    from the event that started the pipeline, and as CircleCI's own otherwise.
    """
    fallback = Control.OUTSIDER if name.startswith(_EVENTS) else Control.SAFE
    return Unknown(name, _TYPES.get(name, "string"), _TABLE.get(name, fallback))


def documented(name: str) -> bool:
    """True for a pipeline value that the documentation lists."""
    return name in _TABLE
