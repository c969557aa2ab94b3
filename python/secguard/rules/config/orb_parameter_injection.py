"""An orb that pastes a text parameter into a command."""

from __future__ import annotations

from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.template import templates
from secguard.finding import Confidence, Finding, Location, Severity
from secguard.rule import rule
from secguard.source.node import Node

_ORB = ("description", "display", "examples")
"""What an orb says of itself; a config that has no workflows yet has none of it."""


@rule(
    "orb-parameter-injection",
    summary="an orb that pastes a string parameter into a command",
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("CWE-78", "CICD-SEC-4"),
)
def orb_parameter_injection(config: Config) -> Iterator[Finding]:
    """Report each command or job of an orb that pastes its string parameters into scripts."""
    root = config.root
    if config.kind != "orb" or not any(root.get(key) for key in _ORB):
        return
    for section in ("commands", "jobs"):
        held = root.get(section)
        for name, definition in held.values() if held is not None and held.is_map else ():
            found: dict[str, Location] = {}
            for parameter, place in _pasted(definition):
                found.setdefault(parameter, place)
            if found:
                first, *others = found.values()
                listed = ", ".join(f"'{one}'" for one in found)
                yield orb_parameter_injection.finding(
                    first,
                    f"'{name}' pastes {listed} into a command as it is, so an argument with a "
                    "branch name or other free text becomes code",
                    hint="hand string parameters over by 'environment' and write \"$NAME\" in the "
                    "command",
                    related=tuple(others),
                    subject=name,
                )


def _pasted(definition: Node) -> Iterator[tuple[str, Location]]:
    section = definition.get("parameters") if definition.is_map else None
    strings = {
        f"parameters.{name}"
        for name, node in (section.values() if section is not None and section.is_map else ())
        if node.is_map and (node.get("type") or node).text == "string"
    }
    for text in _commands(definition.get("steps") if definition.is_map else None):
        for one in templates(text.text) if not text.verbatim else ():
            if one.kind == "reference" and one.body in strings:
                place = text.within(one.start, one.end, "it is pasted here")
                yield one.body.partition(".")[2], place


def _commands(steps: Node | None) -> Iterator[Node]:
    waiting = [steps] if steps is not None else []
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting.extend(reversed(node.items))
        for key, inner in reversed(list(node.values())) if node.is_map else ():
            command = inner.get("command") if inner.is_map else inner
            if key == "run" and command is not None and command.is_scalar:
                yield command
            elif key in ("steps", "when", "unless"):
                waiting.append(inner)
