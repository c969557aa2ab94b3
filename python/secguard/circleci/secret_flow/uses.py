"""Where a script turns secrets into text: variables, what is made of them, minted tokens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Callable, Iterator

from secguard.circleci.script import Script
from secguard.circleci.secret_flow.filters import through, through_expansion
from secguard.circleci.secret_flow.sources import source
from secguard.circleci.values import Scalar
from secguard.finding import Location
from secguard.secrets.names import is_secret_name
from secguard.shell import Assignment, Block, Command, Substitution, Variable, Word
from secguard.shell import Script as Shell
from secguard.shell.redirects import copies

_PRINTERS = frozenset(("echo", "printf", "print"))
_GENERATORS = frozenset("date mktemp openssl pwgen uuidgen".split())


@dataclass(frozen=True)
class Use:
    """A place where the value of a secret, or what was made of it, becomes text."""

    name: str
    """The secret as people call it: a variable, or the command that gives it."""
    start: int
    end: int
    minted: bool = False
    """True for a value that is made while the job runs: CircleCI does not know and mask it."""
    changed: str = ""
    """What was done to the value, so that masking does not recognise it."""
    few: bool = False
    """True where only a handful of the value's characters is left."""

    @property
    def oidc(self) -> bool:
        """True for the identity tokens that CircleCI makes for a job."""
        return self.name.startswith("CIRCLE_OIDC_TOKEN") or self.name.endswith("oidc get")


class Secrets:
    """The secrets of one script."""

    def __init__(
        self,
        script: Script,
        shell: Shell,
        environment: tuple[tuple[str, str], ...],
        is_secret: Callable[[str], bool] = is_secret_name,
    ):
        """Take a script, and the values that the config itself gives to variables.

        `is_secret` tells by its name whether a variable should hold a secret.
        """
        self._is_secret = is_secret
        self.shell = shell
        self._script = script
        self._environment = dict(environment)
        self.harmless = {name for name, value in environment if value}
        """Variables that the config or the script itself gives a value that is no secret."""
        self._minted: set[str] = set()
        self._derived: dict[str, Use] = {}
        for assignment in shell.assignments():
            self._assign(assignment)

    def uses(self, word: Word) -> Iterator[Use]:
        """Yield the secrets whose value the shell puts into a word."""
        for part in word.all_parts():
            if isinstance(part, Variable):
                yield from self._variable(part)
            elif isinstance(part, Substitution):
                for use in self._text(part.script):
                    yield replace(use, start=part.start, end=part.end)

    def output(self, command: Command) -> Iterator[Use]:
        """Yield the secrets that a command by itself writes to its standard output."""
        if command.name in _PRINTERS:
            for word in command.args:
                yield from self.uses(word)
        elif command.name == "printenv":
            for word in command.args:
                if word.literal not in self.harmless and self._is_secret(word.literal or ""):
                    yield Use(word.literal or "", word.start, word.end)
        elif copies(command):
            for redirect in command.redirects:
                if redirect.operator == "<<<":
                    yield from self.uses(redirect.target)
                elif redirect.body and not redirect.quoted:
                    yield from self.uses(redirect.body)
        else:
            name = source(command)
            if name:
                yield Use(name, command.start, command.words[-1].end, minted=True)

    @cached_property
    def printed(self) -> tuple[tuple[Command, Use], ...]:
        """The secrets that reach the log, as they arrive there, with what writes them."""
        return tuple(
            (command, use)
            for command in self.shell.commands()
            if command.stdout_goes_to_log()
            and (command.in_function is None or command.in_function in self._calls)
            for use in self._filtered(command)
        )

    @cached_property
    def _calls(self) -> frozenset[str]:
        return frozenset(one.name for one in self.shell.commands() if one.stdout_goes_to_log())

    def _text(self, block: Block) -> Iterator[Use]:
        for command in block.commands():
            if command.captured_in is block:
                yield from self._filtered(command)

    def _filtered(self, command: Command) -> Iterator[Use]:
        uses = list(self.output(command))
        for filter in (command, *command.piped_into) if uses else ():
            left = through(filter)
            if left is None:
                return
            changed, few = left
            uses = [
                replace(use, changed=use.changed or changed, few=use.few or few) for use in uses
            ]
        yield from uses

    def _variable(self, part: Variable) -> Iterator[Use]:
        name, secret = self._named(part)
        use = self._derived.get(name)
        if use is None and secret:
            use = Use(name, 0, 0, minted=name in self._minted)
        left = through_expansion(part)
        if use is not None and left is not None:
            changed, few = left
            yield Use(
                use.name,
                part.start,
                part.end,
                use.minted,
                use.changed or changed,
                use.few or few,
            )

    def _named(self, part: Variable) -> tuple[str, bool]:
        """Give the name of a variable, and whether it should hold a secret."""
        name = part.name
        for piece, _, _ in self._script.text.spans(part.start, part.end):
            if piece.unknown is not None and piece.unknown.type == "env_var_name":
                default = piece.unknown.default
                name = default.text if default else piece.unknown.name.rpartition(".")[2]
        if part.indirect:
            name = self._environment.get(name) or name
            return name, self._is_secret(name)
        return name, name not in self.harmless and self._is_secret(name)

    def _assign(self, assignment: Assignment) -> None:
        secret = self._is_secret(assignment.name)
        for use in self.uses(assignment.value):
            self._derived[assignment.name] = use
            return
        if not secret:
            return
        blocks = [one.script for one in assignment.value.parts if isinstance(one, Substitution)]
        if blocks:
            made = any(one.name in _GENERATORS for block in blocks for one in block.commands())
            (self.harmless if made else self._minted).add(assignment.name)
        elif assignment.value.literal is not None:
            self.harmless.add(assignment.name)


def named_uses(word: Word, is_secret: Callable[[str], bool] = is_secret_name) -> Iterator[Use]:
    """Yield the variables in a word that are named like secrets, where no more is known of them."""
    for part in word.variables():
        left = through_expansion(part)
        if left is not None and is_secret(part.name):
            yield Use(part.name, part.start, part.end, changed=left[0], few=left[1])


def secrets_of(
    scripts: tuple[Script, ...], is_secret: Callable[[str], bool] = is_secret_name
) -> tuple[tuple[Script, Secrets], ...]:
    """Find the secrets of all scripts that can be read as shell commands."""
    found: list[tuple[Script, Secrets]] = []
    known: dict[object, Secrets] = {}
    for script in scripts:
        if script.shell is None:
            continue
        entries = script.job.all_environment(script.step)
        given = tuple((one.name, _given(one.value)) for one in entries)
        names = tuple(unknown.name for unknown in script.text.unknowns)
        key = (id(script.shell), names, given)
        if key not in known:
            known[key] = Secrets(script, script.shell, given, is_secret)
        found.append((script, known[key]))
    return tuple(found)


def _given(value: Scalar) -> str:
    """Give the text of a value; of the name of a variable that nobody knows, the parameter."""
    if value.known:
        return value.text
    names = [one.name for one in value.unknowns if one.type == "env_var_name"]
    return names[0].rpartition(".")[2] if names else ""


def places(script: Script, start: int, end: int) -> tuple[Location, ...]:
    """List how a range of a script came to be in the job: calls, then templates."""
    calls = tuple(call.location() for call in script.step.calls)
    return (*calls, *script.text.way(start, end))
