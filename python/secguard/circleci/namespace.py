"""Names and what they stand for: commands, jobs, executors and orbs of a config or an orb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from secguard.source.node import Node

BUILT_IN = frozenset(
    (
        "run checkout setup_remote_docker save_cache restore_cache deploy store_artifacts "
        "store_test_results persist_to_workspace attach_workspace add_ssh_keys"
    ).split()
)
"""The steps that CircleCI itself knows."""
MAX_NAMES = 10
"""Names that may stand for one another before one stands for a definition."""


@dataclass(frozen=True)
class Definition:
    """What a name stands for."""

    name: str
    node: Node
    home: Namespace
    """Where the definition's own names are looked up."""


class Namespace:
    """The definitions of one config or one orb."""

    def __init__(
        self,
        root: Node,
        label: str = "",
        orbs: Mapping[str, Namespace | None] | None = None,
        references: Mapping[str, str] | None = None,
    ) -> None:
        """Take a config's or an orb's root; an orb that is None cannot be seen."""
        self.root = root
        self.label = label
        """The orb with its version; empty for the config itself."""
        self.orbs: dict[str, Namespace | None] = dict(orbs or {})
        self.references: dict[str, str] = dict(references or {})
        """What each orb alias stands for, as text."""
        self.undeclared: set[str] = set()
        """Orb aliases that are used and not imported."""
        self.used: set[tuple[str, str]] = set()
        """The definitions that something referred to, as (section, name)."""

    def section(self, section: str) -> Mapping[str, tuple[Node, Node]]:
        """Give the entries of `commands`, `jobs`, `executors` or `job-groups`."""
        node = self.root.get(section)
        return node.entries() if node is not None and node.is_map else {}

    def find(self, section: str, name: str) -> Definition | None:
        """Look a name up, through an orb alias where it has one."""
        name = self._target(section, name)
        alias, slash, inner = name.partition("/")
        if slash and alias in self.orbs:
            self.used.add(("orbs", alias))
            orb = self.orbs[alias]
            return orb.find(section, inner) if orb is not None else None
        pair = self.section(section).get(name)
        if pair is None:
            return None
        self.used.add((section, name))
        return Definition(name, pair[1], self)

    def defines(self, section: str, name: str) -> bool:
        """Say whether a name without an alias is defined here."""
        return name in self.section(section)

    def _target(self, section: str, name: str) -> str:
        """Follow a definition that is the name of another one."""
        for _ in range(MAX_NAMES):
            pair = self.section(section).get(name)
            if pair is None or not pair[1].is_scalar or not pair[1].text:
                return name
            self.used.add((section, name))
            name = pair[1].text
        return ""

    def opaque(self, section: str, name: str) -> str:
        """Give the orb that a name leads to if its source cannot be seen, else an empty text."""
        name = self._target(section, name)
        alias, slash, _ = name.partition("/")
        if not slash or self.defines(section, name) or self.orbs.get(alias) is not None:
            return ""
        if alias not in self.orbs:
            # NOTE: orb-tools adds the orb under test to a pipeline that does not import it.
            self.undeclared.add(alias)
            return f"{alias} (not imported)"
        self.used.add(("orbs", alias))
        return self.references.get(alias, alias)

    @property
    def is_orb(self) -> bool:
        """True for an orb's namespace, where pipeline parameters are not in scope."""
        return bool(self.label)
