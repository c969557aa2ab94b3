"""Where scripts read variables that the config itself does not set."""

from __future__ import annotations

from typing import Callable, Iterator

from secguard.circleci.config import Config
from secguard.circleci.script import Script
from secguard.shell import Script as Shell
from secguard.shell import Variable


def reads(
    config: Config, wanted: Callable[[str], bool]
) -> Iterator[tuple[Script, Shell, Variable]]:
    """Yield the variables of certain names whose values scripts take from outside the config."""
    for shell, scripts in config.texts:
        found = [
            variable
            for word in shell.words()
            for variable in word.variables()
            if wanted(variable.name) and not variable.length and "+" not in variable.operator
        ]
        made = {one.name for one in shell.assignments()} if found else set()
        for script in scripts if found else ():
            own = {entry.name for entry in script.job.all_environment(script.step)}
            for variable in found:
                if variable.name not in own and variable.name not in made:
                    yield script, shell, variable
