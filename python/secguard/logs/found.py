"""What a search through logs and artifacts found, and what it did not look into."""

from __future__ import annotations

from dataclasses import dataclass, field

from secguard.finding import Problem
from secguard.runtime.content import Hit
from secguard.runtime.inspect import Closed
from secguard.runtime.scan import Scanned


@dataclass
class Searched:
    """What one or more searches found."""

    hits: list[Hit] = field(default_factory=list)
    """Secrets in what jobs wrote: output, commands, results of tests."""
    closed: list[Closed] = field(default_factory=list)
    """What jobs wrote and was not searched to its end."""
    files: Scanned = field(default_factory=Scanned)
    """The same of artifacts."""
    problems: list[Problem] = field(default_factory=list)
    outputs: int = 0
    tests: int = 0
    size: int = 0

    def add(self, more: Searched) -> None:
        """Take over what another search found."""
        self.hits += more.hits
        self.closed += more.closed
        self.problems += more.problems
        self.outputs += more.outputs
        self.tests += more.tests
        self.size += more.size
        self.files.hits += more.files.hits
        self.files.closed += more.files.closed
        self.files.files += more.files.files
        self.files.members += more.files.members
