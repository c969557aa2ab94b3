"""Every rule, by hand: a rule that is not listed here does not exist."""

from __future__ import annotations

from importlib import import_module

from secguard.rule import Rule

CONFIG: tuple[str, ...] = (
    "config_error",
    "curl_pipe_shell",
    "deploy_step",
    "download_unverified",
    "duplicate_key",
    "image_digest_missing",
    "image_legacy",
    "image_lookalike",
    "image_registry_unknown",
    "image_unpinned",
    "job_branches",
    "machine_image_moving",
    "machine_image_unsupported",
    "orb_lookalike",
    "orb_shadowed",
    "orb_unpinned",
    "orb_untrusted",
    "orb_unused",
    "orb_url_mutable",
    "pipeline_value_ended",
    "remote_docker_unsupported",
    "ssh_keys_unrestricted",
    "unknown_key",
    "xcode_unsupported",
)
"""The modules in `rules/config`, in the order of the alphabet."""

FAMILIES = {"config": CONFIG}


def rules(*families: str) -> tuple[Rule, ...]:
    """Load the rules of some families, or of all; nothing else is imported."""
    found = []
    for family in families or FAMILIES:
        for name in FAMILIES[family]:
            rule = getattr(import_module(f"secguard.rules.{family}.{name}"), name)
            if not isinstance(rule, Rule):
                raise TypeError(f"{name} is not a rule")
            found.append(rule)
    return tuple(found)
