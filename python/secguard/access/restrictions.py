"""What the restrictions of a context come to: who may use it, and what its expressions forget.

Source: "Using contexts" in the CircleCI documentation. Groups are alternatives, and so are
projects; expressions must hold; an expression that speaks of a value that is not there, or that
fails, keeps everyone out. Administrators may use every context.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator, Mapping

from secguard.access.model import Context, Organisation
from secguard.circleci import expression
from secguard.circleci.events import ANY_BRANCH
from secguard.circleci.pipeline_values import pipeline_value
from secguard.circleci.values import Control

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
_KNOWN = re.compile(r"pipeline\..+|job\.ssh\.enabled", re.ASCII)
_COMMIT = "pipeline.git.commit."
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
        elif one.kind == "expression":
            expr = _parsed(one.value)
            if expr is None or not all(map(_KNOWN.fullmatch, expr.names())):
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
        return not any(map(_selects, expr.names()))
    return found


def _selects(name: str) -> bool:
    """Say whether a value may keep out who pushes a branch, and writes its commits."""
    written = name.startswith(_COMMIT) and pipeline_value(name).control is Control.OUTSIDER
    return name.startswith(_SELECTS) and not written


def _holds(
    expr: expression.Expr, settled: Mapping[str, expression.Result], absent: tuple[str, ...] = ()
) -> bool | None:
    def lookup(name: str) -> expression.Result:
        known = _KNOWN.fullmatch(name) and not name.startswith(_NEVER)
        gone = bool(absent) and name.startswith(absent)
        if not known or (settled[name] is None if name in settled else gone):
            raise expression.ExpressionError("a value that is not there")
        return settled[name] if name in settled else pipeline_value(name)

    try:
        return expression.holds(expr, lookup)
    except expression.ExpressionError:
        return False
