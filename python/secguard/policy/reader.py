"""Reads keys, texts and lists for a policy, and says where one is not as it should be."""

from __future__ import annotations

import re
from typing import Any, Callable, Iterator, Mapping

from secguard.errors import UsageError
from secguard.finding import Span
from secguard.source.node import Node
from secguard.suggest import nearest

MAX_ENTRIES = 1_000
"""Entries that one list may have."""

Read = Callable[[Any, Node], Any]


def refused(uri: str, span: Span | None, message: str, hint: str) -> UsageError:
    """Make the error that names a place."""
    place = f"{uri}:{span.line}:{span.column}" if span else uri
    return UsageError(f"{place}: {message}", hint)


class Reader:
    """What reads the values that keys of many kinds have."""

    def _keys(
        self, node: Node, known: dict[str, Read], names: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        if not node.is_map:
            raise self._error(node, "a mapping is wanted here", f"keys are {', '.join(known)}")
        found: dict[str, Any] = {}
        for key, value in node.pairs:
            if key.type == "merge" or key.value not in known:
                hint = nearest(key.value, known, f"keys are {', '.join(known)}")
                raise self._error(key, f"the key {key.value!r} is unknown", hint)
            name, read = (names or {}).get(key.value, key.value), known[key.value]
            if name in found:
                raise self._error(key, f"the key {key.value!r} stands here twice")
            found[name] = read(self, value)
        return found

    def _error(self, node: Node, message: str, hint: str = "see docs/policy.md") -> UsageError:
        where = node.location()
        return refused(where.uri, where.span, message, hint)

    def text(self, node: Node) -> str:
        """Read a text that is not empty."""
        if not node.is_scalar or not node.text.strip():
            raise self._error(node, "a text is wanted here")
        return node.text.strip()

    def integer(self, node: Node) -> int:
        """Read a number without a sign."""
        if node.type != "int" or not node.value.isdigit():
            raise self._error(node, "a number is wanted here")
        return int(node.value)

    def boolean(self, node: Node) -> bool:
        """Read a switch."""
        if node.type != "bool":
            raise self._error(node, "`true` or `false` is wanted here")
        return node.value.lower() in ("true", "yes", "on")

    def choice(self, node: Node, known: dict[str, Any]) -> Any:
        """Read one of some words, and give what it stands for."""
        text = self.text(node)
        if text not in known:
            raise self._error(node, f"{text!r} is none of {', '.join(known)}", nearest(text, known))
        return known[text]

    def items(self, node: Node) -> Iterator[Node]:
        """Go through a list."""
        if not node.is_list:
            raise self._error(node, "a list is wanted here")
        if len(node.items) > MAX_ENTRIES:
            raise self._error(node, f"more than {MAX_ENTRIES} entries")
        yield from node.items

    def texts(self, node: Node) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(self.text(item) for item in self.items(node))

    def texts_like(self, node: Node, form: str, hint: str) -> tuple[str, ...]:
        """Read a list of texts of a form."""
        for item in self.items(node):
            if not re.fullmatch(form, self.text(item)):
                raise self._error(item, f"{item.text.strip()!r} can be true of no job", hint)
        return self.texts(node)
