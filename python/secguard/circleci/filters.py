"""The filters of a workflow's jobs: whether one lets a push through."""

from __future__ import annotations

from functools import partial
from typing import Iterable, Mapping

from secguard.circleci import expression
from secguard.circleci.events import Event
from secguard.circleci.pipeline_values import pipeline_value
from secguard.circleci.values import HOLE, Mapped, Scalar, Unknown, Value, members

Parameters = Mapping[str, Unknown]
"""The declared pipeline parameters by their full name."""


def admits(filters: Value | None, event: Event, parameters: Parameters) -> bool | None:
    """Say whether filters let the job run for an event; None where the event does not decide it.

    An event without a branch and a tag stands for any of them.
    """
    if isinstance(filters, Scalar) and filters.type != "null":
        return _holds(filters, event, parameters)
    sections = filters if isinstance(filters, Mapped) else None
    branches = sections.get("branches") if sections else None
    if event.tag:
        # NOTE: without a filter for tags CircleCI does not run a job when a tag is pushed.
        tags = sections.get("tags") if sections else None
        return _passes(tags, event.tag) if tags is not None else False
    if branches is None:
        return True
    return _passes(branches, event.branch) if event.branch is not None else None


def _passes(section: Value, name: str) -> bool | None:
    only: Value | None = section
    ignore: Value | None = None
    if isinstance(section, Mapped):
        only, ignore = section.get("only"), section.get("ignore")
    wanted = True if only is None else _among(members(only), name)
    unwanted = _among(members(ignore), name)
    if wanted is False or unwanted is True:
        return False
    return True if wanted and unwanted is False else None


def _among(listed: Iterable[Value], name: str) -> bool | None:
    answers = [_names(one, name) for one in listed]
    if True in answers:
        return True
    return None if None in answers else False


def _names(wanted: Value, name: str) -> bool | None:
    text = wanted.assumed if isinstance(wanted, Scalar) else ""
    if HOLE in text:
        return None
    if len(text) > 1 and text.startswith("/") and text.endswith("/"):
        return expression.truth(expression.matches(text[1:-1].replace("\\/", "/"), name))
    return text == name


def _holds(filters: Scalar, event: Event, parameters: Parameters) -> bool | None:
    try:
        found = expression.evaluate(
            expression.parse(filters.text), partial(_lookup, event, parameters)
        )
    except expression.ExpressionError:
        return True
    return expression.truth(found)


def _lookup(event: Event, parameters: Parameters, name: str) -> expression.Result:
    unknown = parameters.get(name) or pipeline_value(name)
    settled = event(unknown)
    return unknown if settled is None else settled
