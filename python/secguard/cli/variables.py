"""Options that say which variables are secrets, and the variables themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

if TYPE_CHECKING:
    from secguard.policy import Policy
    from secguard.runtime.environ import Variable

F = TypeVar("F", bound=Callable[..., Any])


def variable_options(function: F) -> F:
    """Add the options that overrule what a variable's name and value say."""
    secret = click.option(
        "--secret", multiple=True, metavar="NAME", help="This variable is a secret, too."
    )
    not_secret = click.option(
        "--not-secret", multiple=True, metavar="NAME", help="This variable is no secret."
    )
    return secret(not_secret(function))


def variables_of_job(options: dict[str, Any], policy: Policy) -> tuple[Variable, ...]:
    """Judge the variables of this process, as options and policy want it."""
    from secguard.runtime.environ import variables

    def is_public(name: str) -> bool:
        return name in options["not_secret"] or policy.allowed.secret(name)

    if os.supports_bytes_environ:
        environ = {os.fsdecode(name): value for name, value in os.environb.items()}
    else:
        environ = {name: value.encode() for name, value in os.environ.items()}
    return variables(environ, options["secret"], is_public)
