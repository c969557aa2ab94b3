"""Who can change what CircleCI runs, as GitHub tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Callable, Iterable, Mapping, Sequence

from secguard.access.needs import needing
from secguard.access.protection import Attempt, Repository, repository
from secguard.api.fields import flag, needed, text
from secguard.api.github import GitHub
from secguard.finding import Location, Problem
from secguard.net.failure import AskError, Failure
from secguard.policy.people import PeoplePolicy

MAX_EVENTS = 2_000
"""Events of the audit log that are gone through before it is asked for single people."""
MAX_ASKED = 200
"""People that it is asked for one by one."""

_SHOWN = 3


@dataclass(frozen=True)
class Gap:
    """Something that GitHub did not tell, and the item of the check list that stands for it."""

    item: str
    problem: Problem


@dataclass(frozen=True)
class People:
    """An organisation's people and the branches they can change; what is not known is None."""

    organisation: str
    two_factor_required: bool | None = None
    owners: tuple[str, ...] | None = None
    outside: tuple[str, ...] | None = None
    """Outside collaborators: they are no members and have access to single repositories."""
    without_two_factor: tuple[str, ...] | None = None
    """Members and outside collaborators."""
    inactive: tuple[str, ...] | None = None
    """Members and outside collaborators that the audit log has nothing about."""
    members: tuple[str, ...] | None = None
    repositories: tuple[Repository, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def where(self) -> Location:
        """The organisation as a place."""
        return Location(f"org:{self.organisation}")


def people(
    github: GitHub,
    organisation: str,
    repositories: Iterable[str],
    policy: PeoplePolicy,
    today: date,
    wanted: frozenset[str] | None = None,
) -> People:
    """Ask GitHub about an organisation, and about repositories named as `owner/name`.

    `wanted` are the parts to ask for, None for all.
    """
    missing = _Missing()
    branches = []
    if wanted is None or "people.repositories" in wanted:
        for name in sorted(set(repositories)):
            attempt = missing.attempt("branch-protection", Location(f"repository:{name}"))
            branches.append(repository(github, name, attempt))
    found: Mapping[str, Any] = {}
    # NOTE: a person has no members and requires nothing; who has access to each repository is told.
    if not any(one.personal for one in branches):
        own = _Organisation(github, organisation, policy.inactive_days, today, wanted, missing)
        found = own.read()
    return People(organisation, repositories=tuple(branches), gaps=missing.gaps(), **found)


class _Missing:
    """What had no answer, put together where the reason is the same."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, str], list[Location]] = {}

    def attempt(self, item: str, where: Location, rules: Sequence[str] = ()) -> Attempt:
        """Give what asks questions about a place, for an item of the check list."""

        def ask(what: str, question: Callable[[], Any]) -> Any:
            try:
                return question()
            except AskError as error:
                hint = "try again later"
                if error.failure in (Failure.FORBIDDEN, Failure.MISSING):
                    hint = "give a token that may see it, or "
                    hint += f"confirm '{item}' in the policy's `reviews`"
                    hint += f", or ignore {', '.join(rules)}" if rules else ""
                self._found.setdefault((item, what, error.message, hint), []).append(where)
                return None

        return ask

    def gaps(self) -> tuple[Gap, ...]:
        """Give one gap for each reason, with the first places that it holds for."""
        found = []
        for (item, what, reason, hint), places in self._found.items():
            names = ", ".join(f"'{one.uri.partition(':')[2]}'" for one in places[:_SHOWN])
            more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
            message = f"{what} of {names}{more} could not be verified: GitHub {reason}"
            found.append(Gap(item, Problem(places[0], message, hint)))
        return tuple(found)


@dataclass(frozen=True)
class _Organisation:
    github: GitHub
    name: str
    days: int
    today: date
    wanted: frozenset[str] | None
    missing: _Missing

    def read(self) -> Mapping[str, Any]:
        """Ask as little as possible: what the requirement implies is not asked for again."""
        required = self._part(
            "two_factor_required", "two-factor", "the two-factor requirement", self._required
        )
        outside = self._part(
            "outside", "outside-collaborators", "the outside collaborators", self._outside
        )
        owners = self._part("owners", "roles", "the owners", self._owners)
        members = self._part("members", "people", "who is a member", self._members)
        without: tuple[str, ...] | None = () if required else None
        if required is False:
            without = self._part(
                "without_two_factor",
                "two-factor",
                "the people without a second factor",
                self._without,
            )
        inactive = self._part(
            "inactive",
            "people",
            "the inactive people",
            lambda: self._inactive(members, outside or ()),
        )
        return {
            "two_factor_required": required,
            "owners": owners,
            "members": members,
            "outside": outside,
            "without_two_factor": without,
            "inactive": inactive,
        }

    def _part(self, name: str, item: str, what: str, ask: Callable[[], Any]) -> Any:
        part = f"people.{name}"
        if self.wanted is not None and part not in self.wanted:
            return None
        where = Location(f"org:{self.name}")
        return self.missing.attempt(item, where, needing(part))(what, ask)

    def _required(self) -> bool:
        found = flag(self.github.get("/orgs/{}", self.name), "two_factor_requirement_enabled")
        if found is None:
            raise AskError(Failure.FORBIDDEN, "tells that to owners of the organisation alone")
        return found

    def _logins(self, kind: str, **query: str) -> tuple[str, ...]:
        found = self.github.pages(f"/orgs/{{}}/{kind}", self.name, **query)
        return tuple(sorted({needed(one, "login") for one in found}))

    def _owners(self) -> tuple[str, ...]:
        return self._logins("members", role="admin")

    def _members(self) -> tuple[str, ...]:
        return self._logins("members")

    def _outside(self) -> tuple[str, ...]:
        return self._logins("outside_collaborators")

    def _without(self) -> tuple[str, ...]:
        kinds = ("members", "outside_collaborators")
        found = (self._logins(kind, filter="2fa_disabled") for kind in kinds)
        return tuple(sorted({login for logins in found for login in logins}))

    def _inactive(self, members: Sequence[str] | None, outside: Sequence[str]) -> tuple[str, ...]:
        """Give the people that the audit log says nothing of, neither as actor nor as subject."""
        since = self.today - timedelta(days=self.days)
        created = f"created:>={since.isoformat()}"
        events = self._events(created)
        first = next(events, None)
        if first is None:
            raise AskError(Failure.FORBIDDEN, "shows an audit log without events")
        members = self._members() if members is None else members
        left = {login.lower(): login for login in (*members, *outside)}
        count = 0
        while first is not None and left and count < MAX_EVENTS:
            for key in ("actor", "user"):
                left.pop(text(first, key).lower(), None)
            first, count = next(events, None), count + 1
        if first is not None and len(left) > MAX_ASKED:
            raise AskError(Failure.LIMITED, f"has too many events to find {len(left)} people in")
        if first is not None:
            left = {low: one for low, one in left.items() if not self._seen(one, created)}
        return tuple(sorted(left.values()))

    def _events(self, phrase: str, **query: str) -> Any:
        path = "/orgs/{}/audit-log"
        return self.github.pages(path, self.name, phrase=phrase, include="all", **query)

    def _seen(self, login: str, created: str) -> bool:
        """Look for somebody as actor, then as the one who was added."""
        phrases = (f"actor:{login} {created}", f"user:{login} {created}")
        return any(next(self._events(phrase, per_page="1"), None) for phrase in phrases)
