"""Every rule, by hand: a rule that is not listed here does not exist."""

from __future__ import annotations

from importlib import import_module
from typing import Collection

from secguard.rule import Rule

CONFIG: tuple[str, ...] = (
    "agent_prompt_injection",
    "api_token_open",
    "approval_unrestricted",
    "bash_env_injection",
    "cache_poisoning",
    "cloud_key_long_lived",
    "condition_always_true",
    "config_error",
    "context_malformed",
    "context_open",
    "context_shared",
    "context_unused",
    "curl_pipe_shell",
    "debug_prints_secrets",
    "dependency_skipped",
    "deploy_step",
    "deploy_ungated",
    "docker_content_trust",
    "docker_privileged",
    "docker_socket_mounted",
    "download_unverified",
    "duplicate_key",
    "dynamic_config_untrusted",
    "encrypted_secret",
    "env_dump",
    "env_exfiltration",
    "filters_match_nothing",
    "gate_bypassed",
    "gate_faked",
    "gate_skipped",
    "git_clone_unpinned",
    "image_digest_missing",
    "image_legacy",
    "image_lookalike",
    "image_registry_unknown",
    "image_unpinned",
    "insecure_download",
    "job_branches",
    "machine_image_moving",
    "machine_image_unsupported",
    "obfuscated_command",
    "oidc_open",
    "oidc_token_exposed",
    "orb_lookalike",
    "orb_parameter_injection",
    "orb_shadowed",
    "orb_unpinned",
    "orb_untrusted",
    "orb_unused",
    "orb_url_mutable",
    "overprovisioned_secrets",
    "package_index_confusion",
    "package_unpinned",
    "pipeline_value_ended",
    "plaintext_secret",
    "remote_docker_unsupported",
    "requires_unknown",
    "reverse_shell",
    "runner_open",
    "secret_echoed",
    "secret_in_argv",
    "secret_in_build_arg",
    "secret_in_url",
    "secret_name_weak",
    "secret_stored",
    "spoofable_gate",
    "ssh_host_key_unchecked",
    "ssh_keys_unrestricted",
    "suppression_invalid",
    "tainted_selection",
    "tainted_shell",
    "template_injection",
    "tls_verification_off",
    "tracing_secrets",
    "unknown_key",
    "variable_injection",
    "variable_unquoted",
    "xcode_unsupported",
)
"""The modules in `rules/config`, in the order of the alphabet."""

ENVIRONMENT = (
    "cloud_key_in_environment",
    "identity_token_long_lived",
    "job_context_unexpected",
    "job_identity_mismatch",
    "job_not_allowed",
    "job_rerun_with_ssh",
    "secret_decoded_not_masked",
    "secret_in_checkout",
    "secret_in_fork_build",
    "secret_in_process_list",
    "secret_not_masked",
    "secret_part_not_masked",
    "secret_value_shared",
    "secret_value_weak",
    "tracing_on",
    "variable_name_weak",
)
"""The modules in `rules/runtime` that look at the environment."""

SCAN = ("not_inspected", "secret_in_file", "token_in_file")
"""The modules in `rules/runtime` that look at files."""

LOGS = ("log_not_inspected", "secret_in_log", "token_in_log")
"""The modules in `rules/runtime` that look at what jobs wrote."""

IMAGES = (
    "image_digest_required",
    "image_drift",
    "image_lock_mismatch",
    "image_malformed",
    "image_missing",
    "image_not_allowed",
    "image_not_locked",
    "image_not_offered",
    "image_platform_missing",
    "image_pull_lookalike",
    "image_pull_unpinned",
    "image_signature_invalid",
    "image_signature_unverifiable",
    "image_stale",
    "image_unsigned",
    "registry_answer_refused",
)
"""The modules in `rules/images` that look at what a checkout names."""
RAN = ("image_ran_other",)
"""The modules in `rules/images` that look at what jobs ran in."""
ABOUT_IMAGES = (
    "docker_content_trust",
    "image_digest_missing",
    "image_legacy",
    "image_lookalike",
    "image_registry_unknown",
    "image_unpinned",
    "machine_image_moving",
    "machine_image_unsupported",
    "remote_docker_unsupported",
    "xcode_unsupported",
)
"""The modules in `rules/config` that judge images."""

ACCESS = (
    "audit_log_unstreamed",
    "branch_unprotected",
    "check_not_required",
    "check_not_strict",
    "check_source_any_app",
    "checkout_key_personal",
    "config_policies_off",
    "config_unversioned",
    "config_without_code_owner",
    "context_abandoned",
    "context_expression_weak",
    "context_group_optional",
    "context_unrestricted",
    "context_widespread",
    "fork_builds",
    "fork_secrets",
    "member_inactive",
    "member_without_two_factor",
    "oidc_claims_wide",
    "orb_prefix_wide",
    "orbs_uncertified",
    "outside_collaborator_access",
    "project_token",
    "project_variable_open",
    "protection_bypassable",
    "review_not_required",
    "review_overdue",
    "schedule_orphaned",
    "secret_age_unknown",
    "secret_copied",
    "secret_overdue",
    "security_contact_missing",
    "settings_unprotected",
    "ssh_reruns",
    "too_many_owners",
    "two_factor_not_required",
    "webhook_insecure",
)
"""The modules in `rules/access`."""
PIPELINE = ("config_not_from_checkout",)
"""The modules in `rules/access` that look at the config of a pipeline."""
ROTATION = ("secret_age_unknown", "secret_overdue")
"""Those of them that look at ages alone."""

FAMILIES = {
    "access": (*ACCESS, *PIPELINE),
    "config": CONFIG,
    "images": (*IMAGES, *RAN),
    "policy": ("policy_weakened",),
    "runtime": (*ENVIRONMENT, *SCAN, *LOGS),
}


def names() -> tuple[str, ...]:
    """Give the names of all rules, without loading them."""
    return tuple(name.replace("_", "-") for found in FAMILIES.values() for name in found)


def rules(*families: str, only: Collection[str] = ()) -> tuple[Rule, ...]:
    """Load the rules of some families, or of all; nothing else is imported.

    `only` names the modules to take where a family looks at targets of several kinds.
    """
    found = []
    for family in families or FAMILIES:
        for name in only or FAMILIES[family]:
            rule = getattr(import_module(f"secguard.rules.{family}.{name}"), name)
            if not isinstance(rule, Rule):
                raise TypeError(f"{name} is not a rule")
            found.append(rule)
    return tuple(found)
