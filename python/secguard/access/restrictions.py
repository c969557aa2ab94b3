"""What the restrictions of a context come to: who may use it, and what its expressions forget.

Source: "Using contexts" in the CircleCI documentation. Groups are alternatives, and so are
projects; expressions must hold; an expression that speaks of a value that is not there, or that
fails, keeps everyone out. Administrators may use every context.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Iterator, Mapping

from secguard.access.model import Context, Organisation
from secguard.circleci import expression
from secguard.circleci.events import ANY_BRANCH
from secguard.circleci.pipeline_values import pipeline_value

KINDS = ("project", "group", "expression")
ALL_MEMBERS = "All members"

_LOOKALIKES = ("main-x", "master-x", "trunk-x", "production-x")
_PUSH: Mapping[str, expression.Result] = {
    "job.ssh.enabled": False,
    "pipeline.config_source": "repository",
    "pipeline.event.name": "push",
    "pipeline.git.branch.is_default": False,
    "pipeline.git.tag": None,
    "pipeline.trigger_source": "webhook",
}
_REFS = ("pipeline.config.ref", "pipeline.event.github.ref")
_API: Mapping[str, expression.Result] = {
    "pipeline.config_source": "api",
    "pipeline.trigger_source": "api",
}
_NOT_BY_API = ("pipeline.event.", "pipeline.schedule.")
_NEVER = ("pipeline.parameters.", "pipeline.trigger_parameters.")
_SELECTS = (
    "pipeline.git.",
    "pipeline.event.",
    "pipeline.schedule.",
    "pipeline.trigger",
    "pipeline.config.",
    "pipeline.deploy.",
)


def of_kind(context: Context, kind: str) -> tuple[str, ...]:
    """List the values of the restrictions of one kind."""
    return tuple(one.value for one in context.restrictions or () if one.kind == kind)


def why_open(context: Context, organisation: Organisation) -> str:
    """Say why every member may use a context in every project; empty where that is not so."""
    if context.restrictions is None:
        return ""
    if not context.restrictions:
        return "nothing restricts it"
    if any(one.kind != "group" for one in context.restrictions):
        return ""
    for one in context.restrictions:
        if one.value == organisation.id or (not organisation.id and one.name == ALL_MEMBERS):
            return "its group is 'All members'"
    return ""


def not_understood(context: Context) -> Iterator[str]:
    """Yield the kind of each restriction whose meaning is not known."""
    for one in context.restrictions or ():
        if one.kind not in KINDS:
            yield one.kind
        elif one.kind == "expression" and _parsed(one.value) is None:
            yield "expression"


def passing_branch(context: Context) -> str | None:
    """Name a branch that anyone may push and that passes; None where expressions keep it out.

    `ANY_BRANCH` stands for branches of any name.
    """
    exprs = _expressions(context)
    if not exprs:
        return None
    for name in (ANY_BRANCH, *_LOOKALIKES):
        if all(_passes_push(expr, name) for expr in exprs):
            return name
    return None


def passes_ssh(context: Context) -> bool:
    """Say whether a job that somebody runs again with SSH passes the expressions."""
    exprs = _expressions(context)
    return bool(exprs) and all(
        _holds(expr, {"job.ssh.enabled": True}) is not False for expr in exprs
    )


def passes_api_config(context: Context) -> bool:
    """Say whether a job of a config that an API caller supplies passes the expressions."""
    exprs = _expressions(context)
    return bool(exprs) and all(_holds(expr, _API, _NOT_BY_API) is not False for expr in exprs)


def _expressions(context: Context) -> tuple[expression.Expr, ...]:
    """Give the expressions, or none where one of them cannot be read."""
    found = [_parsed(text) for text in of_kind(context, "expression")]
    return tuple(one for one in found if one is not None) if None not in found else ()


@lru_cache(maxsize=1_024)
def _parsed(text: str) -> expression.Expr | None:
    try:
        return expression.parse(text)
    except expression.ExpressionError:
        return None


def _passes_push(expr: expression.Expr, branch: str) -> bool:
    refs = dict.fromkeys(_REFS, f"refs/heads/{branch}")
    found = _holds(expr, {**_PUSH, **refs, "pipeline.git.branch": branch})
    if found is None:
        return not any(name.startswith(_SELECTS) for name in expr.names())
    return found


def _holds(
    expr: expression.Expr, settled: Mapping[str, expression.Result], absent: tuple[str, ...] = ()
) -> bool | None:
    def lookup(name: str) -> expression.Result:
        if name.startswith(_NEVER):
            raise expression.ExpressionError("a value that restrictions do not know")
        if name in settled:
            return settled[name]
        return None if absent and name.startswith(absent) else pipeline_value(name)

    try:
        return expression.holds(expr, lookup)
    except expression.ExpressionError:
        return False
