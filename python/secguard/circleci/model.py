"""What a config comes to: workflows, jobs, steps and images after expansion."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from secguard.circleci.events import EVERYONE, Access
from secguard.circleci.values import Listed, Mapped, Scalar, Unknown, Value, members
from secguard.finding import Location, Source
from secguard.source.node import Node


@dataclass(frozen=True)
class ConfigError:
    """What CircleCI's compiler would refuse, in its own words where these are known."""

    message: str
    where: Location
    related: tuple[Location, ...] = ()
    incomplete: bool = False
    """True where expansion stopped here, so that something was left unchecked."""


@dataclass(frozen=True)
class Call:
    """One level of the way to a step or a job: a command, a job, an executor that is invoked."""

    name: str
    """As written at the invocation, e.g. `node/install`."""
    node: Node
    """The invocation."""
    orb: str = ""
    """The orb that defines what is invoked, with its version; empty for the config itself."""

    def location(self) -> Location:
        """Point at the invocation."""
        return self.node.location(f"{self.name!r} is called here")


@dataclass(frozen=True)
class Condition:
    """A condition that only the running pipeline decides."""

    node: Node
    negated: bool = False
    names: tuple[str, ...] = ()
    """The pipeline values and parameters that it asks for."""
    value: Value | None = None
    """The condition, expanded, executors by their names."""


@dataclass(frozen=True)
class Variable:
    """An entry of an `environment`."""

    name: str
    value: Scalar
    node: Node
    """The key, or the `NAME=value` item."""


@dataclass(frozen=True)
class Step:
    """One step that will run."""

    kind: str
    """`run`, `checkout`, `save_cache` and so on; `call` for a command that cannot be seen."""
    node: Node
    """The step as written."""
    args: Value | None
    """What stands below the step's key; a short-form `run` has its command here."""
    calls: tuple[Call, ...] = ()
    """The commands it stands in, outermost first."""
    conditions: tuple[Condition, ...] = ()
    orb: str = ""
    """The orb that the step is written in; empty for the config itself."""

    def arg(self, key: str) -> Scalar | None:
        """Give a scalar argument of the step."""
        return self.args.scalar(key) if isinstance(self.args, Mapped) else None

    @property
    def command(self) -> Scalar | None:
        """The text that a `run` step gives to its shell."""
        if self.kind not in ("run", "deploy"):
            return None
        return self.args if isinstance(self.args, Scalar) else self.arg("command")

    @property
    def name(self) -> str:
        """The step's name as the log shows it, or its kind."""
        named = self.arg("name")
        return named.display if named else self.kind

    @property
    def environment(self) -> tuple[Variable, ...]:
        """The step's own environment entries."""
        inner = self.args.get("environment") if isinstance(self.args, Mapped) else None
        return variables(inner)


@dataclass(frozen=True)
class Image:
    """One entry of a `docker` list."""

    reference: Scalar
    entry: Value
    """The whole entry, with `auth`, `environment` and so on."""
    orb: str = ""

    @property
    def environment(self) -> tuple[Variable, ...]:
        """The environment of the container's own process."""
        inner = self.entry.get("environment") if isinstance(self.entry, Mapped) else None
        return variables(inner)

    def section(self, key: str) -> Mapped | None:
        """Give a mapping below the entry, such as `auth`."""
        inner = self.entry.get(key) if isinstance(self.entry, Mapped) else None
        return inner if isinstance(inner, Mapped) else None


@dataclass(frozen=True)
class Executor:
    """Where a job runs."""

    kind: str
    """`docker`, `machine`, `macos`, `windows`, `opaque` (from an orb not seen) or empty."""
    node: Node | None = None
    data: Mapped | None = None
    """All keys, of the named executor and of the job, the job's winning."""
    images: tuple[Image, ...] = ()
    environment: tuple[Variable, ...] = ()
    name: str = ""
    """The executor's name where it is a named one."""
    orb: str = ""

    def arg(self, *keys: str) -> Scalar | None:
        """Follow keys down to a scalar."""
        value: Value | None = self.data
        for key in keys:
            value = value.get(key) if isinstance(value, Mapped) else None
        return value if isinstance(value, Scalar) and value.type != "null" else None

    @property
    def machine_image(self) -> Scalar | None:
        """The machine executor's image."""
        return self.arg("machine", "image")

    @property
    def resource_class(self) -> Scalar | None:
        """The resource class, wherever it is written."""
        return self.arg("resource_class") or self.arg("machine", "resource_class")

    @property
    def self_hosted(self) -> bool:
        """True where a self-hosted runner takes the job."""
        wanted = self.resource_class
        return wanted is not None and "/" in wanted.assumed


@dataclass(frozen=True)
class Requirement:
    """A job that must end first, and how."""

    name: Scalar
    statuses: tuple[str, ...] = ()
    """Empty for plain success."""


@dataclass(frozen=True)
class Job:
    """One job of one workflow as it will run."""

    name: str
    """The name in the compiled config and in the status check."""
    reference: str
    """What the workflow asks for: a job's key, `orb/job`, or a name of its own for approvals."""
    node: Node
    """The job's definition; the invocation where that cannot be seen."""
    type: str = "build"
    """`build`, `approval`, `no-op`, `release`, `lock`, `unlock`."""
    workflow: str = ""
    """Empty for a job that no workflow runs."""
    invocation: Node | None = None
    executor: Executor = field(default_factory=lambda: Executor(""))
    environment: tuple[Variable, ...] = ()
    steps: tuple[Step, ...] = ()
    shell: Scalar | None = None
    data: Mapped | None = None
    """The job's own keys other than steps and executor."""
    contexts: tuple[Scalar, ...] = ()
    requires: tuple[Requirement, ...] = ()
    filters: Value | None = None
    matrix: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    """Other names by which a `requires` can mean this job."""
    opaque: str = ""
    """The orb job that cannot be seen."""
    arguments: tuple[tuple[str, Value], ...] = ()
    """The parameters given by the workflow."""
    orb: str = ""
    serial_group: Scalar | None = None
    override: Scalar | None = None
    """The job of an orb that is meant to replace this one (`override-with`)."""

    def all_environment(self, step: Step | None = None) -> tuple[Variable, ...]:
        """Give the entries that a step sees: executor, job, step; later ones win."""
        own = step.environment if step else ()
        first = self.executor.images[0].environment if self.executor.images else ()
        return (*first, *self.executor.environment, *self.environment, *own)


@dataclass(frozen=True)
class Workflow:
    """One workflow."""

    name: str
    node: Node
    jobs: tuple[Job, ...]
    conditions: tuple[Condition, ...] = ()
    schedules: tuple[Node, ...] = ()
    """The `schedule` triggers in the config; with any of them pushes do not start it."""
    runs: bool = True
    """False where its condition can never hold."""
    access: Access = EVERYONE
    """Who can bring about an event for which its condition holds."""


@dataclass(frozen=True)
class OrbImport:
    """An entry of `orbs`."""

    alias: str
    node: Node
    """The value: a reference, or the mapping of an inline orb."""
    reference: Scalar | None
    """None for an inline orb, and for an empty mapping that a packed orb takes the place of."""
    seen: bool
    """False where the orb's source cannot be had: its parts are opaque."""
    orb: str = ""
    """The orb that imports it; empty for the config itself."""
    source: str = ""
    """The name of the orb's source in reports; empty for an inline orb and one not seen."""
    lines: Source | None = None


@dataclass(frozen=True)
class Expansion:
    """A whole config after expansion."""

    workflows: tuple[Workflow, ...] = ()
    unused: tuple[Job, ...] = ()
    """Jobs that no workflow runs, commands that nothing calls, each expanded by itself."""
    executors: tuple[Executor, ...] = ()
    """Executors that no job uses."""
    orbs: tuple[OrbImport, ...] = ()
    parameters: tuple[Unknown, ...] = ()
    """The declared pipeline parameters."""
    errors: tuple[ConfigError, ...] = ()
    setup: bool = False
    undeclared: tuple[str, ...] = ()
    """Orb aliases that are used and not imported."""

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs: those of the workflows in order, then the unused ones."""
        return (*(job for workflow in self.workflows for job in workflow.jobs), *self.unused)

    @property
    def opaque(self) -> tuple[str, ...]:
        """The orbs whose source was not there, by reference."""
        hidden = (orb for orb in self.orbs if not orb.seen)
        names = {orb.reference.display if orb.reference else orb.alias for orb in hidden}
        return tuple(sorted({*names, *self.undeclared}))


def variables(value: Value | None) -> tuple[Variable, ...]:
    """Read an `environment`: a mapping, a list of mappings, or a list of `NAME=value`."""
    found: list[Variable] = []
    for part in members(value):
        if isinstance(part, Mapped):
            for name, (key, inner) in part.entries.items():
                if isinstance(inner, Scalar):
                    found.append(Variable(name, inner, key.node))
                elif isinstance(inner, Listed):
                    found.extend(variables(inner))
        elif isinstance(part, Scalar) and "=" in part.text:
            name, _, _ = part.text.partition("=")
            found.append(Variable(name, _after(part, len(name) + 1), part.node))
    return tuple(found)


def _after(text: Scalar, offset: int) -> Scalar:
    pieces = []
    for piece, low, high in text.spans(offset, len(text.text)):
        exact = piece.unknown is None and len(piece.text) == piece.end - piece.start
        start, end = (piece.start + low, piece.start + high) if exact else (piece.start, piece.end)
        pieces.append(replace(piece, text=piece.text[low:high], start=start, end=end))
    return Scalar(text.node, tuple(pieces))
