"""Reads a policy's file: what is not understood is refused, so that nothing is silently ignored."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Collection

from secguard.finding import Confidence, Severity
from secguard.oci.pattern import InvalidPattern, Pattern, parse_pattern
from secguard.policy import Allowed, Exemption, Policy
from secguard.policy.images import Identity, ImagePolicy, Key, Requirement, Scope
from secguard.policy.people import MAX_INACTIVE, PeoplePolicy
from secguard.policy.reader import Read, Reader, refused
from secguard.policy.reviews import ITEMS, MAX_EVERY, Review
from secguard.policy.rotation import KINDS, NEVER, Lifetime, RotationPolicy
from secguard.policy.runtime import Terms
from secguard.settings import Settings
from secguard.source.node import Node
from secguard.source.text import ReadError, TextFile
from secguard.source.tree import parse
from secguard.suggest import nearest

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_policy(file: TextFile, rules: Collection[str]) -> Policy:
    """Read a policy; raise UsageError with the place for anything unknown or misspelt."""
    try:
        root = parse(file)
    except ReadError as error:
        raise refused(error.where.uri, error.where.span, error.message, error.hint) from None
    return _Reader(rules).policy(root)


def parse_date(text: str) -> date | None:
    """Read a day as YYYY-MM-DD; None for anything else."""
    try:
        return date(*map(int, text.split("-"))) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


@dataclass(frozen=True)
class _Reader(Reader):
    rules: Collection[str]

    def policy(self, root: Node) -> Policy:
        if root.type == "null":
            return Policy()
        found = self._keys(root, TOP, _FIELDS)
        if found.pop("version", 1) != 1:
            raise self._error(root.get("version") or root, "this version of the policy is unknown")
        names = {field.name for field in fields(Settings)}
        stated = {name: found.pop(name) for name in names & set(found)}
        return replace(Policy(**found), settings=Settings(**stated), stated=frozenset(stated))

    def rule(self, node: Node) -> str:
        text = self.text(node)
        if text not in self.rules:
            hint = nearest(text, self.rules, "`secguard rules` lists them")
            raise self._error(node, f"there is no rule {text!r}", hint)
        return text

    def rule_names(self, node: Node) -> tuple[str, ...]:
        return tuple(self.rule(item) for item in self.items(node))

    def severities(self, node: Node) -> dict[str, Severity]:
        if not node.is_map:
            raise self._error(node, "a mapping of rules to severities is wanted here")
        return {self.rule(key): self.choice(value, _SEVERITIES) for key, value in node.pairs}

    def allowed(self, node: Node) -> Allowed:
        return Allowed(**self._keys(node, ALLOW))

    def exemptions(self, node: Node) -> tuple[Exemption, ...]:
        return tuple(self._exemption(item) for item in self.items(node))

    def _exemption(self, node: Node) -> Exemption:
        found = self._keys(node, EXCEPTION)
        for wanted in ("rule", "reason"):
            if wanted not in found:
                raise self._error(node, f"an exception needs the key {wanted!r}")
        return Exemption(node.location(), **found)

    def images(self, node: Node) -> ImagePolicy:
        return ImagePolicy(**self._keys(node, IMAGES))

    def patterns(self, node: Node) -> tuple[Pattern, ...]:
        return tuple(self._pattern(item) for item in self.items(node))

    def _pattern(self, node: Node) -> Pattern:
        text = self.text(node)
        try:
            return parse_pattern(text)
        except InvalidPattern as error:
            raise self._error(node, f"{text!r} names no repositories", str(error)) from None

    def requirement(self, node: Node) -> Requirement:
        return Requirement(**self._keys(node, REQUIRE))

    def signers(self, node: Node) -> tuple[Key | Identity, ...]:
        found = tuple(self._signer(item) for item in self.items(node))
        if not found:
            raise self._error(node, "nobody is named who could sign")
        return found

    def _signer(self, node: Node) -> Key | Identity:
        found = self._keys(node, SIGNER, {"key": "path"})
        if set(found) == {"path"}:
            return Key(**found)
        if set(found) != {"identity", "issuer"}:
            hint = "who signs is an identity only in the words of its issuer"
            raise self._error(node, "a `key`, or `identity` and `issuer`, are wanted here", hint)
        if not found["identity"].strip("*/@.: "):
            hint = "an issuer vouches for many: name the one, as an address or a URL"
            raise self._error(node, "the identity could be anybody", hint)
        return Identity(**found)

    def scopes(self, node: Node) -> tuple[Scope, ...]:
        return tuple(self._scope(item) for item in self.items(node))

    def _scope(self, node: Node) -> Scope:
        found = self._keys(node, SCOPE, {"images": "patterns"})
        if not found.get("patterns") or "require" not in found:
            raise self._error(node, "a scope needs the keys `images` and `require`")
        return Scope(**found)

    def terms(self, node: Node) -> tuple[Terms, ...]:
        return tuple(Terms(**self._keys(item, TERMS)) for item in self.items(node))

    def rotation(self, node: Node) -> RotationPolicy:
        return RotationPolicy(**self._keys(node, ROTATION))

    def lifetimes(self, node: Node) -> tuple[Lifetime, ...]:
        return tuple(self._lifetime(item) for item in self.items(node))

    def _lifetime(self, node: Node) -> Lifetime:
        found = self._keys(node, LIFETIME)
        if not found.get("names") or "max_age" not in found:
            raise self._error(node, "the keys `names` and `max_age` are needed here")
        return Lifetime(**found)

    def age(self, node: Node) -> float:
        return NEVER if node.text.strip() == "never" else self.integer(node)

    def people(self, node: Node) -> PeoplePolicy:
        return PeoplePolicy(**self._keys(node, PEOPLE))

    def reviews(self, node: Node) -> tuple[Review, ...]:
        found: dict[str, Review] = {}
        for item in self.items(node):
            one = self._review(item)
            if one.item in found:
                raise self._error(item, f"the review of {one.item!r} stands here twice")
            found[one.item] = one
        return tuple(found.values())

    def _review(self, node: Node) -> Review:
        found = self._keys(node, REVIEW)
        said = {"confirmed", "by", "not_applicable"} & set(found)
        if "item" not in found or said not in ({"confirmed", "by"}, {"not_applicable"}):
            hint = "write `item`, and `confirmed` with `by`, or `not_applicable` with the reason"
            raise self._error(node, "a review says of an item who confirmed it, and when", hint)
        return Review(node.location(), **found)

    def days(self, node: Node, most: int) -> int:
        found = self.integer(node)
        if not 1 <= found <= most:
            raise self._error(node, f"a number of days from 1 to {most} is wanted here")
        return found

    def day(self, node: Node) -> date:
        found = parse_date(self.text(node))
        if found is None:
            raise self._error(node, "a day is wanted here, as YYYY-MM-DD")
        return found


_SEVERITIES = {str(one): one for one in Severity}
_CONFIDENCES = {str(one): one for one in Confidence}
_FIELDS = {"severity": "severities", "allow": "allowed", "exceptions": "exemptions"}

TOP: dict[str, Read] = {
    "version": _Reader.integer,
    "select": _Reader.rule_names,
    "ignore": _Reader.rule_names,
    "severity": _Reader.severities,
    "fail_on": lambda reader, node: reader.choice(node, {**_SEVERITIES, "none": None}),
    "min_severity": lambda reader, node: reader.choice(node, _SEVERITIES),
    "min_confidence": lambda reader, node: reader.choice(node, _CONFIDENCES),
    "strict": _Reader.boolean,
    "comments": _Reader.boolean,
    "allow": _Reader.allowed,
    "exceptions": _Reader.exemptions,
    "images": _Reader.images,
    "runtime": _Reader.terms,
    "rotation": _Reader.rotation,
    "people": _Reader.people,
    "reviews": _Reader.reviews,
}
"""The keys at the top of a policy."""
ALLOW: dict[str, Read] = {field.name: _Reader.texts for field in fields(Allowed)}
"""The keys below `allow`."""
EXCEPTION: dict[str, Read] = {
    "rule": _Reader.rule,
    "reason": _Reader.text,
    "files": _Reader.texts,
    "within": _Reader.text,
    "subject": _Reader.text,
    "until": _Reader.day,
}
"""The keys of an entry of `exceptions`."""
IMAGES: dict[str, Read] = {
    "default": lambda reader, node: reader.choice(node, {"allow": "allow", "deny": "deny"}),
    "allow": _Reader.patterns,
    "deny": _Reader.patterns,
    "require": _Reader.requirement,
    "scopes": _Reader.scopes,
    "on_unreachable": lambda reader, node: reader.choice(
        node, {"unknown": "unknown", "fail": "fail"}
    ),
    "private_registries": _Reader.texts,
    "plain_registries": _Reader.texts,
    "verifier": lambda reader, node: reader.choice(
        node, {one: one for one in ("native", "cosign", "both")}
    ),
}
"""The keys below `images`."""
REQUIRE: dict[str, Read] = {
    "digest": _Reader.boolean,
    "max_age": _Reader.integer,
    "signed_by": _Reader.signers,
}
"""The keys below `require`."""
SCOPE: dict[str, Read] = {"images": _Reader.patterns, "require": _Reader.requirement}
"""The keys of an entry of `scopes`."""
SIGNER: dict[str, Read] = {
    "key": _Reader.text,
    "identity": _Reader.text,
    "issuer": _Reader.text,
}
"""The keys of an entry of `signed_by`."""
TERMS: dict[str, Read] = {
    "jobs": _Reader.texts,
    "ssh_rerun": lambda reader, node: reader.choice(node, {"deny": "deny", "allow": "allow"}),
    "refs": lambda reader, node: reader.texts_like(
        node, r"refs/.+|\*.*", "write it in full, e.g. refs/heads/main or refs/tags/v*"
    ),
    "origins": lambda reader, node: reader.texts_like(
        node, r"[^/:@\s]+(/[^/:@\s]+)+", "write host and path, e.g. github.com/acme/shop"
    ),
    "contexts": lambda reader, node: reader.texts_like(
        node, r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "tokens name contexts by id"
    ),
}
"""The keys of an entry of `runtime`."""
ROTATION: dict[str, Read] = {
    "max_age": _Reader.age,
    "kinds": lambda reader, node: reader._keys(node, dict.fromkeys(KINDS, _Reader.age)),
    "names": _Reader.lifetimes,
    "all_older_than": _Reader.day,
}
"""The keys below `rotation`."""
LIFETIME: dict[str, Read] = {"names": _Reader.texts, "max_age": _Reader.age}
"""The keys of an entry of `names`."""
PEOPLE: dict[str, Read] = {
    "max_owners": _Reader.integer,
    "inactive_days": lambda reader, node: reader.days(node, MAX_INACTIVE),
    "outside_collaborators": _Reader.texts,
    "required_checks": _Reader.texts,
}
"""The keys below `people`."""
REVIEW: dict[str, Read] = {
    "item": lambda reader, node: reader.choice(node, {id: id for id in ITEMS}),
    "confirmed": _Reader.day,
    "by": _Reader.text,
    "every": lambda reader, node: reader.days(node, MAX_EVERY),
    "not_applicable": _Reader.text,
}
"""The keys of an entry of `reviews`."""
