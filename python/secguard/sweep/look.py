"""Looks at one project: its settings, and the config that it last ran."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Sequence

from secguard import engine
from secguard.access import gather
from secguard.access.asking import Asks
from secguard.access.estate import Estate, Use, uses, whole
from secguard.access.model import Organisation, Project, ProjectSettings, Variable
from secguard.api.client import path
from secguard.api.fields import needed, raw
from secguard.examine import examine
from secguard.finding import Finding, Location, Problem, Report
from secguard.net.failure import AskError, Failure
from secguard.rule import Rule
from secguard.sanitize import Secrets, safe
from secguard.source.text import ReadError, TextFile
from secguard.sweep.record import Facts, Record
from secguard.targets import Loaded, Sources, load_file
from secguard.triage import Grounds

ACROSS = frozenset(
    (
        "context-abandoned",
        "context-expression-weak",
        "context-unrestricted",
        "context-widespread",
        "secret-copied",
    )
)
"""The rules that weigh all projects against each other."""

_CONFIG = ".circleci/config.yml"
_ELSEWHERE = ("context:", "org:", "runner:")
"""Places that belong to no project: what is found there is found once, when all is put together."""


@dataclass(frozen=True)
class Looker:
    """What a node needs for all of its projects."""

    api: Asks
    organisation: Organisation
    grounds: Grounds
    config_rules: Sequence[Rule]
    access_rules: Sequence[Rule]
    wanted: frozenset[str] | None
    """The parts of a project that the rules need."""
    key: bytes
    """What the ends of values are hidden with, so that they can still be compared."""

    def look(self, slug: str) -> Record:
        """Look at a project; what could not be read is in the record as a problem."""
        own = self.organisation.settings
        features = own is None or own.unversioned_config is None
        project = gather.project(self.api, slug, wanted=self.wanted, features=features)
        loaded = self._load(project)
        examined = examine(loaded, self.grounds, self.config_rules)
        configs = tuple((project.slug, config) for config in loaded.configs)
        held = tuple(use for _, config in configs for use in uses(project.slug, config))
        names = {use.context for use in held}
        contexts = self.organisation.contexts
        organisation = replace(
            self.organisation,
            contexts=contexts and tuple(one for one in contexts if one.name in names),
        )
        estate = Estate(
            self.grounds.today, organisation, (project,), configs, policy=self.grounds.policy
        )
        rules = [rule for rule in self.access_rules if rule.id not in ACROSS]
        found, failed = engine.check(rules, [(f"project:{project.slug}", estate)])
        findings = (*examined.findings, *(one for one in found if _is_own(one)))
        problems = (*examined.problems, *project.unverified, *failed)
        inputs = tuple(loaded.sources.values())
        secrets = Secrets.of(Report(findings, (), examined.suppressed, inputs, (), ""))
        return Record(
            slug,
            safe(findings, secrets),
            safe(examined.suppressed, secrets),
            safe(problems, secrets),
            self._facts(project, all(map(whole, loaded.configs)) and bool(loaded.configs)),
            tuple(self._told(use, secrets) for use in held),
        )

    def _told(self, use: Use, secrets: Secrets) -> Use:
        """Take secrets out of a use, but not out of what it is joined by."""
        shown = safe(use, secrets)
        where = replace(shown.where, uri=use.where.uri)
        known = any(use.context == one.name for one in self.organisation.contexts or ())
        context = use.context if known else shown.context
        return replace(shown, project=use.project, where=where, context=context)

    def _load(self, project: Project) -> Loaded:
        try:
            files = configs_of(self.api, project)
        except AskError as error:
            message = f"its config could not be read: {self.api.name} {error.message}"
            return Loaded(problems=[_problem(project, message, "run the sweep again")])
        except ReadError as error:
            return Loaded(problems=[Problem(error.where, error.message, error.hint)])
        if not files:
            message = "no pipeline of its default branch is known, so there was no config to check"
            return Loaded(problems=[_problem(project, message, "", tolerated=True)])
        loaded = Loaded()
        for file in files:
            one = load_file(file, Sources(policy=self.grounds.policy))
            loaded.configs += one.configs
            loaded.problems += one.problems
            loaded.sources.update(one.sources)
            loaded.notes += one.notes
        return loaded

    def _facts(self, project: Project, seen: bool) -> Facts:
        settings = project.settings or ProjectSettings()
        return Facts(
            project.id,
            seen,
            settings.build_forks,
            settings.secrets_to_forks,
            settings.ssh_disabled,
            tuple((one.name, self._hidden(one)) for one in project.variables or () if one.tail),
        )

    def _hidden(self, variable: Variable) -> str:
        text = f"{variable.name}\0{variable.tail}".encode("utf-8", "replace")
        return hmac.new(self.key, text, hashlib.sha256).hexdigest()[:24]


def configs_of(api: Asks, project: Project) -> tuple[TextFile, ...]:
    """Give the configs that the default branch of a project last ran; none where it ran none.

    There are two where a setup workflow made another. Raises AskError where they cannot be had,
    ReadError where one is no text to read.
    """
    branch = {"branch": project.default_branch} if project.default_branch else {}
    last = next(api.pages(path("/api/v2/project/{}/pipeline", project.slug), branch), None)
    if last is None:
        return ()
    answer = api.get(path("/api/v2/pipeline/{}/config", needed(last, "id")))
    setup, source = raw(answer, "setup-config") or "", raw(answer, "source")
    if source is None:
        raise AskError(Failure.UNTRUSTED, "answers without the config")
    texts = {_CONFIG: setup or source}
    if setup and source and source != setup:
        texts[f"{_CONFIG}!continued"] = source
    return tuple(
        TextFile.decode(f"{project.slug}/{name}", text.encode("utf-8", "replace"))
        for name, text in texts.items()
    )


def _is_own(finding: Finding) -> bool:
    return not finding.where.uri.startswith(_ELSEWHERE)


def _problem(project: Project, message: str, hint: str, tolerated: bool = False) -> Problem:
    return Problem(Location(f"project:{project.slug}"), message, hint, tolerated=tolerated)
