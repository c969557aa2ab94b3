"""All that the rules of the family `access` look at: settings, and the configs beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from secguard.access.model import Context, Organisation, Project
from secguard.circleci.config import Config
from secguard.circleci.exposure import Exposure
from secguard.circleci.values import Scalar
from secguard.finding import Location


@dataclass(frozen=True)
class Use:
    """A job of a config that a context is handed to."""

    project: str
    """The slug of the project that the config belongs to; empty where that is not known."""
    name: Scalar
    exposure: Exposure

    @property
    def job(self) -> str:
        """The job's name."""
        return self.exposure.job.name

    def at(self, note: str = "") -> Location:
        """Point at the context's name in the workflow."""
        return self.name.at(0, len(self.name.text), note)


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

    @property
    def contexts(self) -> tuple[Context, ...]:
        """The contexts of the organisation, as far as they could be read."""
        return (self.organisation and self.organisation.contexts) or ()

    @cached_property
    def uses(self) -> dict[str, tuple[Use, ...]]:
        """The jobs that a context is handed to, by its name, in the order of the files."""
        found: dict[str, list[Use]] = {}
        for slug, config in self.configs:
            for workflow in config.expansion.workflows:
                for job in workflow.jobs:
                    for name in job.contexts if job.type != "approval" else ():
                        use = Use(slug, name, config.exposure(job))
                        found.setdefault(name.display, []).append(use)
        return {name: tuple(uses) for name, uses in found.items()}
