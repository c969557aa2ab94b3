"""Every fixer, by hand: a rule that is not listed here cannot be fixed."""

from __future__ import annotations

from typing import Callable, Iterator

from secguard.fix.edit import Fix
from secguard.fix.places import Task
from secguard.fix.rules.deploy_step import deploy_step
from secguard.fix.rules.images import image_legacy, machine_image_unsupported
from secguard.fix.rules.orb_unpinned import orb_unpinned
from secguard.fix.rules.secret_in_argv import secret_in_argv
from secguard.fix.rules.ssh_keys_unrestricted import ssh_keys_unrestricted
from secguard.fix.rules.suppression_invalid import suppression_invalid
from secguard.fix.rules.template_injection import template_injection
from secguard.fix.rules.tracing_secrets import tracing_secrets

Fixer = Callable[[Task], Iterator[Fix]]

FIXERS: dict[str, Fixer] = {
    "deploy-step": deploy_step,
    "image-legacy": image_legacy,
    "machine-image-unsupported": machine_image_unsupported,
    "orb-unpinned": orb_unpinned,
    "secret-in-argv": secret_in_argv,
    "ssh-keys-unrestricted": ssh_keys_unrestricted,
    "suppression-invalid": suppression_invalid,
    "template-injection": template_injection,
    "tracing-secrets": tracing_secrets,
}
"""The fixers by the rule whose findings they correct."""
