"""An organisation and its projects as CircleCI's API describes them.

What could not be read is None, and a Problem in `unverified` says why; what is there and empty is
an empty tuple. Texts come through `api.fields`, so they are short and safe to show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from secguard.finding import Problem


@dataclass(frozen=True)
class Variable:
    """A variable of a context or a project; its value is never asked for."""

    name: str
    created: date | None = None
    updated: date | None = None
    """The day its value was last set; CircleCI tells it of contexts alone."""
    tail: str = field(default="", repr=False)
    """The end of the value as CircleCI shows it: to tell values apart, never to be shown."""

    @property
    def since(self) -> date | None:
        """The day since which it has its value; None where CircleCI does not tell."""
        return self.updated or self.created


@dataclass(frozen=True)
class Restriction:
    """Who or what may use a context: one group and one project are enough, expressions all hold."""

    kind: str
    """`project`, `group` or `expression`; a kind that is not known is kept as it is."""
    value: str
    """The id of the project or the group, or the expression."""
    name: str = ""
    """The name of the project or the group, where CircleCI tells it."""


@dataclass(frozen=True)
class Context:
    """A context with what it holds and who may use it."""

    id: str
    name: str
    created: date | None = None
    variables: tuple[Variable, ...] | None = None
    restrictions: tuple[Restriction, ...] | None = None
    """An empty tuple means that every member may use it in every project."""


@dataclass(frozen=True)
class Claims:
    """How identity tokens differ from the default; empty where they do not."""

    audience: tuple[str, ...] = ()
    ttl: str = ""
    """As CircleCI writes it, e.g. `1h`."""


@dataclass(frozen=True)
class UrlOrb:
    """An entry of the list of addresses that orbs may come from."""

    name: str
    prefix: str
    auth: str


@dataclass(frozen=True)
class Policies:
    """The config policies of an organisation."""

    enabled: bool
    names: tuple[str, ...] | None
    """The policies that were uploaded."""


@dataclass(frozen=True)
class RunnerToken:
    """A token by which self-hosted runners take jobs."""

    id: str
    nickname: str
    resource_class: str
    created: date | None = None


@dataclass(frozen=True)
class OrganisationSettings:
    """The switches of an organisation; None where CircleCI does not tell."""

    unversioned_config: bool | None = None
    """A pipeline may be started with a config that is in no repository."""
    uncertified_orbs: bool | None = None
    group_restriction_required: bool | None = None
    """Every new context needs a group."""


@dataclass(frozen=True)
class Organisation:
    """What belongs to no single project."""

    slug: str
    """As in `gh/acme`."""
    id: str = ""
    """Empty where it could not be found out."""
    name: str = ""
    contexts: tuple[Context, ...] | None = None
    settings: OrganisationSettings | None = None
    url_orbs: tuple[UrlOrb, ...] | None = None
    claims: Claims | None = None
    policies: Policies | None = None
    audit_streams: int | None = None
    """To how many places the audit log is streamed."""
    security_contacts: tuple[str, ...] | None = None
    runner_tokens: tuple[RunnerToken, ...] | None = None
    unverified: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ProjectSettings:
    """The switches of a project; None where CircleCI does not tell."""

    build_forks: bool | None = None
    secrets_to_forks: bool | None = None
    public: bool | None = None
    """Its logs and artifacts are for everyone to see."""
    ssh_disabled: bool | None = None
    """Nobody may run a job again with SSH."""
    admin_only: bool | None = None
    """Only an administrator may write settings."""


@dataclass(frozen=True)
class CheckoutKey:
    """An SSH key that checks the code out."""

    fingerprint: str
    kind: str
    """`deploy-key`, or `github-user-key` for the key of a person."""
    preferred: bool | None = None
    created: date | None = None

    @property
    def personal(self) -> bool:
        """True where it opens all that a person may read."""
        return self.kind == "github-user-key"


@dataclass(frozen=True)
class ApiToken:
    """An API token that belongs to a project and to nobody."""

    id: str
    label: str
    scope: str
    """`status`, `view-builds` or `all`."""
    created: date | None = None


@dataclass(frozen=True)
class Webhook:
    """An address that CircleCI tells of finished jobs."""

    id: str
    name: str
    url: str
    """Without user, query and fragment, which may hold secrets."""
    verifies_tls: bool | None = None
    signed: bool | None = None


@dataclass(frozen=True)
class Schedule:
    """A pipeline that the clock starts, with somebody's rights."""

    id: str
    name: str
    actor: str
    """The name of that person at the code host, in lower case."""
    system: bool = False
    """True where it runs with nobody's rights."""


@dataclass(frozen=True)
class Project:
    """A project with all that the API tells of it."""

    slug: str
    """As in `gh/acme/app`."""
    id: str = ""
    """Empty where it could not be found out."""
    name: str = ""
    provider: str = ""
    """`GitHub`, `Bitbucket`, or `CircleCI` for projects that no code host owns."""
    default_branch: str = ""
    settings: ProjectSettings | None = None
    unversioned_config: bool | None = None
    """A pipeline may be started with a config that is in no repository."""
    variables: tuple[Variable, ...] | None = None
    keys: tuple[CheckoutKey, ...] | None = None
    tokens: tuple[ApiToken, ...] | None = None
    webhooks: tuple[Webhook, ...] | None = None
    schedules: tuple[Schedule, ...] | None = None
    claims: Claims | None = None
    unverified: tuple[Problem, ...] = ()
