"""What protects the default branch of a repository: branch protection and rulesets together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping

from secguard.access.code_owners import config_owned
from secguard.api.fields import Item, flag, inner, items, needed, number, text, texts
from secguard.api.github import GitHub, GitHubError
from secguard.finding import Location
from secguard.net.failure import AskError, Failure

MAX_RULESETS = 20

Attempt = Callable[[str, Callable[[], Any]], Any]
"""Asks a question; where it has no answer, that is kept under the given words, and it is None."""


@dataclass(frozen=True)
class Check:
    """A status that has to be there before a merge."""

    name: str
    app: int | None = None
    """The GitHub App that must set it; None where everybody who may write can."""


@dataclass(frozen=True)
class Layer:
    """Branch protection, or one ruleset; of several layers each one holds."""

    name: str
    checks: tuple[Check, ...] = ()
    strict: bool = False
    """True where what a merge makes is what was tested."""
    reviews: int | None = None
    """Approvals that a pull request needs; None where no pull request is needed."""
    code_owners: bool = False
    """True where code owners must approve what they own."""
    reviewed: tuple[str, ...] = ()
    """Patterns of files that a team must approve, whatever the file CODEOWNERS says."""
    no_force_push: bool = False
    locked: bool = False
    """True where nobody pushes but those who may pass the layer by."""
    bypass: tuple[str, ...] | None = ()
    """Who may pass it by; None where GitHub does not tell."""


@dataclass(frozen=True)
class Repository:
    """A repository with its default branch; what could not be read is None."""

    name: str
    """As in `acme/app`."""
    branch: str = ""
    layers: tuple[Layer, ...] | None = None
    """Empty where nothing protects the branch."""
    complete: bool = True
    """False where no more than the checks of the branch protection can be seen."""
    unavailable: bool = False
    """True where GitHub's plan has no protection for it."""
    config_owned: bool | None = None
    """Whether the config has code owners; None where they do not count, or that is not known."""
    outside: tuple[tuple[str, bool], ...] | None = None
    """Outside collaborators, and whether they may push."""
    personal: bool = False
    """True where it belongs to a person and to no organisation."""

    @property
    def where(self) -> Location:
        """The repository as a place."""
        return Location(f"repository:{self.name}")

    @property
    def needs_pull_request(self) -> bool:
        """True where nothing comes to the branch but by a pull request."""
        return any(one.reviews is not None or one.locked for one in self.layers or ())


def repository(github: GitHub, name: str, attempt: Attempt) -> Repository:
    """Read how the default branch is protected, with as few questions as that takes."""
    owner, _, short = name.partition("/")
    there = attempt("the default branch", lambda: github.get("/repos/{}/{}", owner, short))
    branch = text(there, "default_branch")
    personal = text(inner(there, "owner"), "type") == "User"
    if not branch or flag(there, "archived"):
        return Repository(name, branch, personal=personal)
    outside = attempt("the outside collaborators", lambda: tuple(_outside(github, owner, short)))
    reader = _Reader(github, owner, short, branch)
    found = attempt("what protects the default branch", reader.read)
    if found is None:
        return Repository(name, branch, outside=outside, personal=personal)
    layers, complete, unavailable = found
    owned = None
    if any(one.code_owners for one in layers):
        owned = attempt("the code owners", lambda: config_owned(github, owner, short, branch))
    if not complete:
        attempt("the details of the branch protection", _hidden)
    return Repository(name, branch, layers, complete, unavailable, owned, outside, personal)


def _hidden() -> None:
    raise AskError(Failure.FORBIDDEN, "shows them to administrators alone")


def _outside(github: GitHub, owner: str, name: str) -> Iterator[tuple[str, bool]]:
    for one in github.pages("/repos/{}/{}/collaborators", owner, name, affiliation="outside"):
        yield needed(one, "login"), flag(inner(one, "permissions"), "push") is True


@dataclass(frozen=True)
class _Reader:
    github: GitHub
    owner: str
    name: str
    branch: str

    def read(self) -> tuple[tuple[Layer, ...], bool, bool]:
        """Give all layers, whether they are complete, and whether the plan has none."""
        path = "/repos/{}/{}/rules/branches/{}"
        try:
            rules = tuple(self.github.pages(path, self.owner, self.name, self.branch))
        except GitHubError as error:
            if not _is_unavailable(error):
                raise
            return (), True, True
        layers = tuple(self._rulesets(rules))
        seen = self._get("branches/{}", self.branch)
        protected = flag(seen, "protected")
        if protected is None:
            raise AskError(Failure.UNTRUSTED, "answers without the field 'protected'")
        if not protected:
            return layers, True, False
        try:
            classic = _classic(self._get("branches/{}/protection", self.branch))
        except GitHubError as error:
            if error.said == "Branch not protected":
                return layers, True, False
            if error.failure not in (Failure.MISSING, Failure.FORBIDDEN):
                raise
            # NOTE: GitHub shows the checks to everybody who may read, the rest to administrators.
            return (_summary(inner(seen, "protection")), *layers), False, False
        return (classic, *layers), True, False

    def _get(self, path: str, *names: str) -> Any:
        return self.github.get("/repos/{}/{}/" + path, self.owner, self.name, *names)

    def _rulesets(self, rules: tuple[Mapping[str, Any], ...]) -> Iterator[Layer]:
        by_id: dict[int, list[Item]] = {}
        for rule in rules:
            by_id.setdefault(number(rule, "ruleset_id") or 0, []).append(rule)
        for count, (id, own) in enumerate(sorted(by_id.items())):
            told = self._ruleset(id) if id and count < MAX_RULESETS else {}
            name = text(told, "name", limit=100) or str(id)
            yield _layer(f"ruleset {name}", own, _bypass(told))

    def _ruleset(self, id: int) -> Any:
        try:
            return self._get("rulesets/{}", str(id))
        except GitHubError as error:
            if error.failure not in (Failure.MISSING, Failure.FORBIDDEN):
                raise
            return {}


def _is_unavailable(error: GitHubError) -> bool:
    return error.failure is Failure.FORBIDDEN and error.said.startswith("Upgrade to ")


def _bypass(ruleset: Any) -> tuple[str, ...] | None:
    """Name who may push past a ruleset; GitHub tells it to those alone who may change it."""
    actors = items(ruleset, "bypass_actors")
    if actors is None:
        return None
    free = (one for one in actors if text(one, "bypass_mode") != "pull_request")
    return tuple(sorted({text(one, "actor_type", limit=40) for one in free}))


def _layer(name: str, rules: list[Item], bypass: tuple[str, ...] | None) -> Layer:
    found: dict[str, Any] = {"bypass": bypass}
    for rule in rules:
        kind, given = text(rule, "type"), inner(rule, "parameters")
        if kind == "required_status_checks":
            found["checks"] = _checks(given, "required_status_checks", "integration_id")
            if flag(given, "strict_required_status_checks_policy"):
                found["strict"] = True
        elif kind == "merge_queue":
            found["strict"] = True
        elif kind == "pull_request":
            found["reviews"] = number(given, "required_approving_review_count") or 0
            found["code_owners"] = flag(given, "require_code_owner_review") is True
            found["reviewed"] = tuple(_reviewed(given))
        elif kind == "non_fast_forward":
            found["no_force_push"] = True
        elif kind == "update":
            found["locked"] = True
    return Layer(name, **found)


def _reviewed(given: Item) -> Iterator[str]:
    for one in items(given, "required_reviewers") or ():
        if (number(one, "minimum_approvals") or 0) > 0:
            yield from texts(one, "file_patterns") or ()


def _classic(given: Any) -> Layer:
    statuses = inner(given, "required_status_checks")
    pull = inner(given, "required_pull_request_reviews")
    passing = []
    if flag(inner(given, "enforce_admins"), "enabled") is not True:
        passing.append("administrators")
    allowed = inner(pull, "bypass_pull_request_allowances")
    passing += [key for key in ("apps", "teams", "users") if items(allowed, key)]
    return Layer(
        "branch protection",
        _statuses(statuses),
        strict=flag(statuses, "strict") is True,
        reviews=(number(pull, "required_approving_review_count") or 0) if pull else None,
        code_owners=flag(pull, "require_code_owner_reviews") is True,
        no_force_push=flag(inner(given, "allow_force_pushes"), "enabled") is not True,
        locked=flag(inner(given, "lock_branch"), "enabled") is True,
        bypass=tuple(passing),
    )


def _summary(given: Any) -> Layer:
    """Read what GitHub shows of the branch protection to those who administer nothing."""
    statuses = inner(given, "required_status_checks")
    all_bound = text(statuses, "enforcement_level") == "everyone"
    return Layer("branch protection", _statuses(statuses), bypass=() if all_bound else None)


def _statuses(given: Item) -> tuple[Check, ...]:
    checks = _checks(given, "checks", "app_id")
    known = {one.name for one in checks}
    names = texts(given, "contexts") or ()
    return (*checks, *(Check(name) for name in names if name not in known))


def _checks(given: Item, name: str, app: str) -> tuple[Check, ...]:
    return tuple(Check(needed(one, "context"), _app(one, app)) for one in items(given, name) or ())


def _app(given: Item, name: str) -> int | None:
    found = number(given, name)
    # NOTE: -1 stands for any source, as none does.
    return found if found is not None and found > 0 else None
