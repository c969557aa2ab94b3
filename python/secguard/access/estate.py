"""All that the rules of the family `access` look at: settings, and the configs beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Iterator

from secguard.access.checklist import problems
from secguard.access.model import Context, Organisation, Project
from secguard.access.people import People
from secguard.access.restrictions import of_kind, passes_ssh
from secguard.circleci.config import Config
from secguard.circleci.exposure import Exposure
from secguard.circleci.model import Job
from secguard.circleci.values import HOLE, Scalar
from secguard.finding import Location, Problem
from secguard.policy import Policy


@dataclass(frozen=True)
class Use:
    """A job of a config that a context is handed to."""

    project: str
    """The slug of the project that the config belongs to; empty where that is not known."""
    context: str
    """The context's name."""
    known: bool
    """False where a part of the name is known to the pipeline alone."""
    job: str
    """The job's name."""
    where: Location
    """The context's name in the workflow."""
    reach: str
    """Who can make the job run, in a few words."""
    any_branch: bool
    """True where a push to any branch is all that it takes to run the job."""
    forks: bool
    """True where a pull request from a fork is, if the project builds and trusts forks."""
    at_stake: str
    """What the job has to lose, for people."""

    def at(self, note: str = "") -> Location:
        """Point at the context's name in the workflow."""
        return replace(self.where, note=note)


@dataclass(frozen=True)
class Estate:
    """The target of the rules of the family `access`."""

    today: date
    organisation: Organisation | None = None
    projects: tuple[Project, ...] = ()
    configs: tuple[tuple[str, Config], ...] = ()
    """Configs by the slug of their project; empty where that is not known."""
    complete: bool = False
    """True where all projects of the organisation are here, with their configs."""
    policy: Policy = field(default_factory=Policy)
    """What was decided where the audit runs, whatever the policy of a project says."""
    people: People | None = None
    """What GitHub tells; None where it was not asked."""
    told: tuple[Use, ...] = ()
    """Uses of contexts by configs that are not here, as a sweep has noted them."""
    seen: frozenset[str] = frozenset()
    """The slugs of the projects of which `told` has all uses."""

    @property
    def unverified(self) -> tuple[Problem, ...]:
        """All that could not be read."""
        own = self.organisation.unverified if self.organisation is not None else ()
        gaps = self.people.gaps if self.people is not None else ()
        people = problems(gaps, self.policy.reviews, self.today)
        return (*own, *(problem for one in self.projects for problem in one.unverified), *people)

    @property
    def contexts(self) -> tuple[Context, ...]:
        """The contexts of the organisation, as far as they could be read."""
        return (self.organisation and self.organisation.contexts) or ()

    @property
    def unversioned_config(self) -> bool | None:
        """True where the organisation allows configs that are in no repository."""
        settings = self.organisation.settings if self.organisation is not None else None
        return settings.unversioned_config if settings is not None else None

    @cached_property
    def uses(self) -> dict[str, tuple[Use, ...]]:
        """The jobs that a context is handed to, by its name, in the order of the files."""
        found: dict[str, list[Use]] = {}
        for use in (
            *self.told,
            *(use for slug, config in self.configs for use in uses(slug, config)),
        ):
            found.setdefault(use.context, []).append(use)
        return {name: tuple(held) for name, held in found.items()}

    def jobs(self, slug: str) -> Iterator[tuple[Job, Exposure]]:
        """Yield the jobs that the workflows of a project run, approvals left out."""
        for config in self._own_configs.get(slug, ()):
            yield from _jobs(config)

    def sees(self, project: str) -> bool:
        """Say whether all that the project of an id runs is known."""
        slug = self._by_id[project].slug if project in self._by_id else ""
        own = self._own_configs.get(slug, ())
        return slug in self.seen or (bool(own) and all(map(whole, own)))

    def open_to_forks(self, use: Use) -> bool:
        """Say whether a pull request from a fork runs a job with its context."""
        settings = self._by_slug[use.project].settings if use.project in self._by_slug else None
        passed = settings is not None and settings.build_forks and settings.secrets_to_forks
        return bool(passed) and use.forks

    def without_ssh(self, context: Context) -> bool:
        """Say whether no project that may use a context lets jobs be run again with SSH."""
        ids = of_kind(context, "project") or (tuple(self._by_id) if self.complete else ())
        known = [self._by_id[one].settings if one in self._by_id else None for one in ids]
        return bool(known) and all(one is not None and one.ssh_disabled is True for one in known)

    def admits_ssh(self, name: str) -> bool:
        """Say whether the context of a name is known, and no expression keeps SSH out of it."""
        one = self._by_name.get(name)
        if one is None or one.restrictions is None:
            return False
        return not of_kind(one, "expression") or passes_ssh(one)

    def allows(self, name: str) -> bool:
        """Say whether a policy lets jobs of any branch hold a context."""
        return any(policy.allowed.context(name) for policy in self._policies)

    @cached_property
    def _policies(self) -> tuple[Policy, ...]:
        found = (self.policy, *(config.policy for _, config in self.configs))
        return tuple({id(one): one for one in found}.values())

    @cached_property
    def _own_configs(self) -> dict[str, list[Config]]:
        found: dict[str, list[Config]] = {}
        for slug, config in self.configs:
            if slug:
                found.setdefault(slug, []).append(config)
        return found

    @cached_property
    def _by_name(self) -> dict[str, Context]:
        return {one.name: one for one in self.contexts}

    @cached_property
    def _by_id(self) -> dict[str, Project]:
        return {one.id: one for one in self.projects if one.id}

    @cached_property
    def _by_slug(self) -> dict[str, Project]:
        return {one.slug: one for one in self.projects}


def whole(config: Config) -> bool:
    """Say whether a config is all that its pipelines run: a setup config only makes another."""
    return not config.expansion.setup


def uses(slug: str, config: Config) -> Iterator[Use]:
    """Yield the contexts that the jobs of a project's config are handed."""
    for job, exposure in _jobs(config):
        for name in job.contexts:
            yield Use(
                slug,
                _in_a_push(name),
                name.known,
                job.name,
                name.at(0, len(name.text)),
                exposure.run_by,
                exposure.open_to_any_branch,
                exposure.gate.access.forks and not exposure.approved,
                exposure.at_stake,
            )


def _in_a_push(name: Scalar) -> str:
    """Name a context with parameters at their defaults, as far as they have any."""
    return name.display if HOLE in name.assumed else name.assumed


def _jobs(config: Config) -> Iterator[tuple[Job, Exposure]]:
    for workflow in config.expansion.workflows:
        for job in workflow.jobs:
            if job.type != "approval":
                yield job, config.exposure(job)
