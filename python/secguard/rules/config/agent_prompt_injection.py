"""Somebody else's text in the prompt of a coding agent."""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.flow.taint import Taint, pastes
from secguard.circleci.flow.variables import Flow
from secguard.circleci.values import Control
from secguard.finding import Confidence, Finding, Severity
from secguard.rule import rule
from secguard.rules.config._injection import Group
from secguard.shell import Command

_AGENTS = {
    "aider": (),
    "amp": ("-x", "--execute"),
    "claude": (),
    "codex": (),
    "copilot": ("-p", "--prompt"),
    "crush": ("run",),
    "cursor-agent": (),
    "gemini": (),
    "goose": ("run",),
    "llm": (),
    "opencode": ("run",),
    "qwen": (),
}
"""Agents by the name of the program; where another program has the name, with a word it needs."""
_PACKAGES = re.compile(
    r"(?:@anthropic-ai/claude-code|@openai/codex|@google/gemini-cli|@github/copilot|opencode-ai"
    r"|@qwen-code/qwen-code|aider-chat)\b"
)
_RUNNERS = frozenset(("bunx", "npx", "pipx", "pnpm", "uvx", "yarn"))
_UNASKED = re.compile(
    r"--(?:dangerously-\S+|yolo|full-auto|allow-all\S*|yes-always|yes|force|auto-approve\S*"
    r"|approval-mode[= ]yolo|permission-mode[= ](?:bypassPermissions|acceptEdits))(?= |$)|-y(?= |$)"
)


@rule(
    "agent-prompt-injection",
    summary="somebody else's text in a coding agent's prompt",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("CWE-1427", "CICD-SEC-4"),
)
def agent_prompt_injection(config: Config) -> Iterator[Finding]:
    """Report agents that read text of a change, a request or an issue as instructions."""
    group = Group(
        agent_prompt_injection,
        config,
        "run the agent without secrets and without tools that write or reach the network, and "
        "let somebody look at what it made",
    )
    for flow in config.flows:
        for command in flow.shell.commands():
            if not _is_agent(command):
                continue
            unasked = bool(_UNASKED.search(" ".join(word.text for word in command.args)[:5_000]))
            tools = ", which asks nobody before it acts" if unasked else ""
            name = command.name if command.name in _AGENTS else "the agent"
            for start, end, taint in _read(flow, command, config):
                group.add(
                    (id(flow.script.text.node), taint.name),
                    flow.place(start, end, "the agent reads it here"),
                    f"{taint.described()} goes into the prompt of '{name}'{tools}, so "
                    f"{taint.actor} can tell it what to do",
                    flow.jobs,
                    taint,
                    Severity.MEDIUM if unasked else Severity.LOW,
                )
    yield from group.findings()


def _is_agent(command: Command) -> bool:
    texts = [word.text for word in command.args]
    if command.name in _RUNNERS:
        return any(_PACKAGES.search(text) for text in texts)
    needed = _AGENTS.get(command.name)
    return needed is not None and (not needed or any(text in needed for text in texts))


def _read(flow: Flow, command: Command, config: Config) -> Iterator[tuple[int, int, Taint]]:
    for word in command.args:
        for part, taint in flow.parts(word):
            if taint.control is not Control.REF:
                yield part.start, part.end, taint
    for paste in pastes(flow.script.text, config.root):
        inside = any(word.start <= paste.start < word.end for word in command.args)
        if inside and paste.unknown.control is not Control.REF:
            yield paste.start, paste.start + 1, paste.taint
    given = flow.input(command)
    if given is not None and given.control is not Control.REF:
        yield command.start, command.end, given
