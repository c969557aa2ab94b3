"""A condition that is only a text, and a text that is not empty always holds."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.template import Template, templates
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._conditions import Term, terms
from secguard.source.node import Node

_BARE = re.compile(r"(?:not\s+)?\(?\s*(?:pipeline|parameters|matrix)\.[A-Za-z_]")


@rule(
    "condition-always-true",
    summary="a condition that always holds",
    severity=Severity.MEDIUM,
    refs=("CWE-571", "CICD-SEC-1"),
)
def condition_always_true(config: Config) -> Iterator[Finding]:
    """Report conditions whose text is never empty, whatever the values are."""
    for term in terms(config.root):
        text = term.node.text
        if term.op != "text" or term.node.type != "str":
            continue
        found = [one for one in templates(text) if one.kind in ("reference", "expression")]
        where = term.node.location()
        if found and _around(text, found):
            yield condition_always_true.finding(
                where,
                "text stands around '<< >>' here, so the condition is a text that is never empty "
                "and always holds",
                hint="write the whole expression inside one '<< >>', or without any",
            )
        elif not found and not term.direct and _BARE.match(text):
            yield condition_always_true.finding(
                where,
                "the expression stands without '<< >>' here, so the condition is a plain text and "
                "always holds",
                hint="put '<<' and '>>' around the expression",
                confidence=Confidence.MEDIUM,
            )
        elif not found and not term.direct and text.strip().lower() == "false":
            yield condition_always_true.finding(
                where,
                "'false' in quotes is a text that is not empty, so the condition always holds",
                hint="write false without quotes",
            )
        elif len(found) == 1 and found[0].kind == "reference":
            declared = _declared(term, found[0].body, config.root)
            if declared is not None and _never_empty(declared):
                yield condition_always_true.finding(
                    where,
                    f"'{found[0].body}' is a text that is 'false' at best, which is not empty, so "
                    "the condition always holds",
                    hint="declare the parameter as a boolean",
                    related=(declared.location("it is declared here"),),
                )


def _around(text: str, found: list[Template]) -> str:
    rest, at = "", 0
    for one in found:
        rest += text[at : one.start]
        at = one.end
    return (rest + text[at:]).strip()


def _declared(term: Term, name: str, root: Node) -> Node | None:
    prefix, _, own = name.rpartition("parameters.")
    holder = root if prefix else term.holder
    return holder.get("parameters", own) if own and holder.is_map else None


def _never_empty(parameter: Node) -> bool:
    kind, default = parameter.get("type"), parameter.get("default")
    if kind is None:
        return False
    choices = parameter.get("enum")
    if kind.text == "enum" and choices is not None:
        texts = [item.text.lower() for item in choices.members()]
        return "false" in texts and "" not in texts
    return kind.text == "string" and default is not None and default.text.lower() == "false"
