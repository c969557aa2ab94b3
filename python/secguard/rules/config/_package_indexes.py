"""Where package managers are told to get packages from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.circleci.spelling import Values, way
from secguard.finding import Location
from secguard.rules.config._packages import invoked
from secguard.rules.config._urls import Url
from secguard.rules.config._variables import variables
from secguard.shell import Command, Word
from secguard.shell.options import arguments

_OPTIONS = {
    "bundle": (),
    "gem": ("-s", "--source", "-a", "--add"),
    "npm": ("--registry",),
    "pip": ("-i", "--index-url", "--extra-index-url", "-f", "--find-links"),
    "pnpm": ("--registry",),
    "uv": ("-i", "--index-url", "--default-index", "--extra-index-url", "--index"),
    "yarn": ("--registry",),
}
_VERBS = {
    "git": ("clone", "fetch", "pull", "remote", "submodule"),
    "go": ("env",),
    "helm": ("repo", "install", "upgrade"),
    "npm": ("config", "set"),
    "pip": ("config", "download", "install", "wheel"),
    "pnpm": ("config",),
    "yarn": ("config",),
}
_EXTRA = ("--extra-index-url", "--index")
_VARIABLES = {
    "PIP_INDEX_URL": "pip",
    "PIP_EXTRA_INDEX_URL": "pip",
    "UV_INDEX_URL": "uv",
    "UV_DEFAULT_INDEX": "uv",
    "UV_EXTRA_INDEX_URL": "uv",
    "NPM_CONFIG_REGISTRY": "npm",
    "npm_config_registry": "npm",
    "YARN_NPM_REGISTRY_SERVER": "yarn",
    "GOPROXY": "go",
}
_ADDRESS = re.compile(r"(?:[\w.-]{1,60}[+=])?(https?://[^\s,|]+)")


@dataclass(frozen=True)
class Index:
    """One place that packages or repositories come from."""

    tool: str
    url: Url
    extra: bool
    """True where it is asked beside the usual one."""
    where: Location
    related: tuple[Location, ...]
    script: Script | None = None
    command: Command | None = None


def indexes(config: Config) -> Iterator[Index]:
    """Yield what options, settings and variables say."""
    for shell, scripts in config.texts:
        commands = [one for one in shell.commands() if invoked(one)[0] in {*_OPTIONS, *_VERBS}]
        for script in scripts if commands else ():
            values = Values(script, shell)
            for command in commands:
                for tool, option, url, word in _named(command, values):
                    where = script.text.at(word.start, word.end)
                    related = way(script, word.start, word.end)
                    yield Index(tool, url, option in _EXTRA, where, related, script, command)
    for variable in variables(config, _VARIABLES.keys()):
        match = _ADDRESS.match(variable.value)
        if match:
            tool, extra = _VARIABLES[variable.name], "EXTRA" in variable.name
            yield Index(tool, Url(match[1]), extra, variable.where, variable.related)


def _named(command: Command, values: Values) -> Iterator[tuple[str, str, Url, Word]]:
    tool, words = invoked(command)
    options = frozenset(_OPTIONS.get(tool, ()))
    verb = ""
    for one in arguments(words, options, values.spell):
        verb = verb or ("" if one.name else one.value)
        if one.name in options or (not one.name and verb in _VERBS.get(tool, ())):
            match = _ADDRESS.match(one.value)
            if match or one.name in _EXTRA:
                yield tool, one.name, Url(match[1] if match else ""), one.word
