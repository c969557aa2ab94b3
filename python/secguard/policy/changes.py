"""What a change takes away from a policy."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Iterator, Mapping

from secguard.finding import Location, Severity
from secguard.policy import Allowed, Exemption, Policy, images, people, reviews, rotation, runtime
from secguard.source.node import Node


@dataclass(frozen=True)
class Change:
    """A policy before and after."""

    before: Policy
    after: Policy
    root: Node
    """The tree of the policy after the change; a null scalar where the change removes it."""
    severities: Mapping[str, Severity]
    """What findings of rules weigh where no policy says otherwise, as far as that is known."""

    def weakened(self) -> Iterator[tuple[Location, str]]:
        """Yield each place where less is reported after the change than before, and what."""
        yield from self._rules()
        yield from self._severities()
        yield from self._levels()
        yield from self._trust()
        for key, what in images.weakened(self.before.images, self.after.images):
            yield self._at("images", key), what
        for what in runtime.weakened(self.before.runtime, self.after.runtime):
            yield self._at("runtime"), what
        for key, what in rotation.weakened(self.before.rotation, self.after.rotation):
            yield self._at("rotation", key), what
        for key, what in people.weakened(self.before.people, self.after.people):
            yield self._at("people", key), what
        for where, what in reviews.weakened(self.before.reviews, self.after.reviews):
            yield where or self._at("reviews"), what
        known = {replace(one, where=_NOWHERE) for one in self.before.exemptions}
        for one in self.after.exemptions:
            if replace(one, where=_NOWHERE) not in known:
                yield one.where, f"the change makes an exception of '{one.rule}'{_until(one)}"

    def _at(self, *keys: str, item: str = "") -> Location:
        """Point at the entry of a list, at a key, or where there is none, at the file."""
        node = self.root.get(*keys) if self.root.is_map else None
        if node is None:
            return self.root.location()
        inner = (one for one in node.items if one.text.strip() == item)
        return next(inner, node).location()

    def _rules(self) -> Iterator[tuple[Location, str]]:
        before, after = self.before.settings, self.after.settings
        for rule in after.ignore:
            if rule not in before.ignore:
                yield self._at("ignore", item=rule), f"the change switches the rule '{rule}' off"
        if after.select and (not before.select or set(before.select) - set(after.select)):
            yield self._at("select"), "the change runs fewer rules"

    def _severities(self) -> Iterator[tuple[Location, str]]:
        before, after = self.before.severities, self.after.severities
        for rule in sorted({*before, *after}):
            # What is not known is taken for the worst: the most before, and the least after.
            own = self.severities.get(rule)
            old = before.get(rule, Severity.HIGH if own is None else own)
            new = after.get(rule, Severity.INFO if own is None else own)
            if new < old:
                was = "its own severity" if own is None and rule not in before else old
                now = "its own severity" if own is None and rule not in after else new
                where = self._at("severity", rule)
                yield where, f"the change takes '{rule}' for {now} instead of {was}"

    def _levels(self) -> Iterator[tuple[Location, str]]:
        before, after = self.before.settings, self.after.settings
        never = len(Severity)
        old_fail = never if before.fail_on is None else before.fail_on
        new_fail = never if after.fail_on is None else after.fail_on
        if new_fail > old_fail:
            yield self._at("fail_on"), "the change lets worse findings pass: 'fail_on'"
        for name in ("min_severity", "min_confidence"):
            if getattr(after, name) > getattr(before, name):
                yield self._at(name), f"the change leaves more findings out: '{name}'"
        if before.strict and not after.strict:
            yield self._at("strict"), "the change switches 'strict' off"
        if self.after.comments and not self.before.comments:
            yield self._at("comments"), "the change lets comments suppress findings: 'comments'"

    def _trust(self) -> Iterator[tuple[Location, str]]:
        for field in fields(Allowed):
            old: Any = getattr(self.before.allowed, field.name)
            for name in getattr(self.after.allowed, field.name):
                if name not in old:
                    where = self._at("allow", field.name, item=name)
                    yield where, f"the change trusts '{name}' among the {field.name}"


_NOWHERE = Location("")


def _until(one: Exemption) -> str:
    return f" until {one.until}" if one.until else ""
