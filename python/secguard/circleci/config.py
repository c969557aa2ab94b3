"""One config, orb or fragment as rules see it: its tree, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Iterator

from secguard.circleci.deploys import Deployment, deployments
from secguard.circleci.expand import Settled, expand
from secguard.circleci.exposure import Exposure, exposures
from secguard.circleci.flow.variables import Flow, flows
from secguard.circleci.model import Expansion, Job, Step
from secguard.circleci.orbs import OrbStore
from secguard.circleci.overlay import overlay
from secguard.circleci.script import Script, scripts_of, texts_of
from secguard.circleci.secret_flow.uses import Secrets, secrets_of
from secguard.finding import Location
from secguard.policy import Policy
from secguard.secrets.names import is_secret_name
from secguard.shell import Script as Shell
from secguard.source.node import Node

SECTIONS = ("jobs", "commands", "executors", "workflows", "orbs")
TOP_LEVEL = frozenset(
    (
        "version setup orbs commands parameters executors jobs workflows job-groups experimental "
        "examples display description"
    ).split()
)
"""The keys that CircleCI knows at the top of a config or an orb; it ignores any other."""


@dataclass(frozen=True)
class Config:
    """What a rule of the family `config` looks at."""

    root: Node
    kind: str
    """`config`, `orb` or `fragment`."""
    expansion: Expansion
    scripts: tuple[Script, ...] = field(default=())
    """The scripts of all steps; the same text in the same place once for each job."""
    policy: Policy = field(default_factory=Policy)
    """What the repository has decided."""

    @property
    def uri(self) -> str:
        """The name of the file in reports."""
        return self.root.file.uri

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs, those that nothing runs included."""
        return self.expansion.jobs

    @property
    def imported(self) -> dict[str, Location]:
        """Where each orb that is seen through is imported, by the name of its source."""
        return {
            orb.source: orb.node.location("the orb is imported here")
            for orb in self.expansion.orbs
            if orb.source
        }

    def is_secret(self, name: str) -> bool:
        """Say whether a variable should hold a secret, by its name and by the policy."""
        return is_secret_name(name) and not self.policy.allowed.secret(name)

    def exposure(self, job: Job) -> Exposure:
        """Say what a job has to lose, who can make it run, and whose code runs in it."""
        return self._exposures[id(job)]

    @cached_property
    def texts(self) -> tuple[tuple[Shell, tuple[Script, ...]], ...]:
        """Every distinct text for a shell, PowerShell and cmd included, with its steps."""
        return texts_of(self.scripts)

    @cached_property
    def deployments(self) -> dict[int, Deployment]:
        """The jobs that bring something out, by `id(job)`."""
        return deployments(self.expansion, self.scripts)

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """What the variables of each script for a POSIX shell hold."""
        return flows(self.scripts, self.root)

    @cached_property
    def secrets(self) -> tuple[tuple[Script, Secrets], ...]:
        """The scripts for a POSIX shell, with the secrets that each reads and prints."""
        return secrets_of(self.scripts, self.is_secret)

    @cached_property
    def _exposures(self) -> dict[int, Exposure]:
        return exposures(self.expansion, self.scripts, self.is_secret)

    def steps(self, *kinds: str) -> Iterator[tuple[Job, Step]]:
        """Yield all steps, or those of some kinds, with their job."""
        for job in self.jobs:
            for step in job.steps:
                if not kinds or step.kind in kinds:
                    yield job, step


def kind_of(root: Node) -> str:
    """Say what a tree is: `config`, `orb`, `fragment`, or empty for something else."""
    if not root.is_map:
        return ""
    keys = set(root.entries())
    if "workflows" in keys or "setup" in keys:
        return "config"
    if keys & {"display", "examples"} or (keys & {"commands", "executors"} and "version" in keys):
        return "orb" if keys & {"commands", "executors", "jobs", "orbs", "display"} else ""
    if "jobs" in keys and ("version" in keys or _looks_like(root.get("jobs"), "steps")):
        return "config"
    if any(_looks_like(root.get(section)) for section in ("commands", "executors", "orbs")):
        return "fragment"
    return ""


def fragment(root: Node) -> Node | None:
    """Take a file that holds one section or one entry of it, as `circleci config pack` reads them.

    The folder's name tells the section; where it does not, the shape of the content does.
    """
    if not root.is_map or not root.pairs:
        return None
    path = PurePosixPath(root.file.uri)
    section, single = path.parent.name, not path.name.startswith("@")
    if section not in SECTIONS:
        section, single = _shape(root)
    if not section:
        return None
    key = Node(root.file, "scalar", (), 0, 0, value=section, type="str")
    body = root
    if single:
        name = Node(root.file, "scalar", (section,), 0, 0, value=path.stem, type="str")
        body = Node(root.file, "map", (section,), 0, 0)
        body.pairs = ((name, root),)
    made = Node(root.file, "map", (), 0, 0)
    made.pairs = ((key, body),)
    return made


def _shape(root: Node) -> tuple[str, bool]:
    entries = [node for _, node in root.values()]
    for single, nodes in ((True, [root]), (False, entries)):
        if all(node.is_map and "steps" in node.entries() for node in nodes):
            places = ("docker", "machine", "macos", "executor")
            job = any(place in node.entries() for node in nodes for place in places)
            return ("jobs" if job else "commands"), single
        if all(node.is_map and _jobs(node.get("jobs")) for node in nodes):
            return "workflows", single
    return "", False


def _jobs(node: Node | None) -> bool:
    return node is not None and node.is_list


def _looks_like(section: Node | None, inner: str = "") -> bool:
    if section is None or not section.is_map or not section.pairs:
        return False
    return not inner or any(node.is_map and inner in node.entries() for _, node in section.values())


def make_config(
    root: Node,
    kind: str,
    store: OrbStore | None = None,
    settled: Settled | None = None,
    compiled: Node | None = None,
    policy: Policy | None = None,
) -> Config:
    """Expand a tree and read its scripts; `compiled` shows what the source leaves unseen."""
    expansion = expand(root, store, settled)
    if compiled is not None and expansion.opaque:
        expansion = overlay(expansion, compiled)
    return Config(root, kind, expansion, scripts_of(expansion), policy or Policy())
