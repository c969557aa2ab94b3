"""Keeps what the API said of the organisation, so that one node asks and all know."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Mapping

from secguard.api.client import Api
from secguard.errors import UsageError
from secguard.net.failure import AskError, Failure

_PARTS_OF_VALUES = frozenset(("truncated_value", "truncated-value", "value", "signing-secret"))
_HINT = "plan again, and attach the workspace that has the plan"

Kept = Dict[str, Any]


class Recorder:
    """The API, with a memory."""

    def __init__(self, api: Api) -> None:
        """Begin with nothing."""
        self._api = api
        self._kept: dict[str, Kept] = {}

    @property
    def name(self) -> str:
        """The host that is asked."""
        return self._api.name

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Ask, and keep the answer or why there is none."""
        return self._keep("get", path, params, lambda: self._api.get(path, params))

    def pages(
        self, path: str, params: Mapping[str, str] | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Ask for all pages, and keep them or why they break off."""
        return iter(self._keep("pages", path, params, lambda: list(self._api.pages(path, params))))

    def _keep(self, kind: str, path: str, params: Any, ask: Any) -> Any:
        key = _key(kind, path, params)
        try:
            answer = ask()
        except AskError as error:
            self._kept[key] = {"failure": error.failure.value, "message": error.message}
            raise
        self._kept[key] = {"answer": _stripped(answer)}
        return answer

    def written(self) -> str:
        """Write down what was kept; parts of values are left out."""
        return json.dumps({"host": self.name, "answers": self._kept}, sort_keys=True)


class Replay:
    """Answers as a Recorder kept them."""

    def __init__(self, text: str) -> None:
        """Read what was kept; raise UsageError for what was not."""
        try:
            data = json.loads(text)
            self.name = str(data["host"])
            self._kept: dict[str, Kept] = dict(data["answers"])
            if not all(_is_kept(*one) for one in self._kept.items()):
                raise ValueError
        except (ValueError, TypeError, KeyError, RecursionError):
            raise UsageError(
                "what the plan knows of the organisation cannot be read", _HINT
            ) from None

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Give the answer that was kept; raise AskError as then."""
        return self._told("get", path, params)

    def pages(
        self, path: str, params: Mapping[str, str] | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Give the pages that were kept."""
        return iter(self._told("pages", path, params))

    def _told(self, kind: str, path: str, params: Mapping[str, str] | None) -> Any:
        kept = self._kept.get(_key(kind, path, params))
        if kept is None:
            raise AskError(Failure.UNREACHABLE, "was not asked when the sweep was planned")
        if "answer" in kept:
            return kept["answer"]
        raise AskError(Failure(kept["failure"]), str(kept["message"]))


def _is_kept(key: str, kept: Any) -> bool:
    if "answer" not in kept:
        return Failure(kept["failure"]) in Failure and isinstance(kept["message"], str)
    listed = kept["answer"] if json.loads(key)[0] == "pages" else []
    return isinstance(listed, list) and all(isinstance(one, dict) for one in listed)


def _key(kind: str, path: str, params: Mapping[str, str] | None) -> str:
    return json.dumps([kind, path, sorted((params or {}).items())])


def _stripped(answer: Any) -> Any:
    if isinstance(answer, Mapping):
        return {k: _stripped(v) for k, v in answer.items() if k not in _PARTS_OF_VALUES}
    if isinstance(answer, list):
        return [_stripped(one) for one in answer]
    return answer
