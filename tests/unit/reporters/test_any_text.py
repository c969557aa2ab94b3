"""Whatever text a report holds, each format stays well-formed and drives nothing."""

from __future__ import annotations

import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.finding import (
    Confidence,
    Finding,
    Location,
    Problem,
    Report,
    RuleInfo,
    Severity,
    Source,
    Span,
    Suppression,
)
from tests.unit.reporters.formats import FORMATS
from tests.unit.reporters.reports import RICH
from tests.unit.reporters.schemas import report_schema, sarif_schema

_HOSTILE = (
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]>",
    "&#0;&lt;",
    "\x1b]8;;https://example.com\x07link\x1b]8;;\x07",
    "\ud800",
    "\uffff",
    "javascript:alert(1)",
    "%s {0} $x",
    "a.yml",
)
_TEXT = st.one_of(st.sampled_from(_HOSTILE), st.text(st.characters(exclude_categories=())))
_NUMBER = st.integers(-1, 5)
_SPAN = st.builds(Span, _NUMBER, _NUMBER, _NUMBER, _NUMBER)
_TEXTS = st.lists(_TEXT, max_size=3).map(tuple)
_PLACE = st.builds(Location, _TEXT, st.none() | _SPAN, _TEXTS, _TEXT)
_FINDING = st.builds(
    Finding,
    _TEXT,
    st.sampled_from(Severity),
    st.sampled_from(Confidence),
    _TEXT,
    _PLACE,
    st.lists(_PLACE, max_size=2).map(tuple),
    _TEXT,
    st.lists(_SPAN, max_size=2).map(tuple),
    _TEXT,
    _TEXT,
)
_RULE = st.builds(
    RuleInfo,
    _TEXT,
    _TEXT,
    st.sampled_from(("config", "runtime")),
    st.sampled_from(Severity),
    st.sampled_from(Confidence),
    _TEXTS,
    _TEXT,
)


def _many(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=3).map(tuple)


_REPORT = st.builds(
    Report,
    _many(_FINDING),
    _many(st.builds(Problem, _PLACE, _TEXT, _TEXT, _TEXT)),
    _many(st.builds(Suppression, _FINDING, _TEXT, _TEXT)),
    _many(st.builds(Source, _TEXT, _TEXTS)),
    _many(_RULE),
    _TEXT,
    _TEXTS,
    _TEXTS,
)
_ANSI = re.compile(r"\x1b\[[0-9;]+m")


def _controls(text: str) -> list[str]:
    unseen = ("Cc", "Cs", "Co", "Zl", "Zp")
    found = [char for char in text if unicodedata.category(char) in unseen and char != "\n"]
    return found + re.findall("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", text)


class _Tags(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]


def _tags(text: str) -> _Tags:
    tags = _Tags()
    tags.feed(text)
    return tags


_KNOWN = _tags(FORMATS["html"](RICH))


@given(_REPORT)
@settings(max_examples=60, deadline=None)
def test_any_text_gives_well_formed_output(report: Report) -> None:
    shown = {name: render(report) for name, render in FORMATS.items()}
    shown["color"] = _ANSI.sub("", shown["color"])
    for text in shown.values():
        assert not _controls(text)
        assert text.endswith("\n")
    report_schema().validate(json.loads(shown["json"]))
    assert not _controls("".join(_strings(json.loads(shown["json"]))))
    ET.fromstring(shown["junit"])  # noqa: S314
    tags = _tags(shown["html"])
    assert tags.names <= _KNOWN.names
    assert tags.attributes <= _KNOWN.attributes
    assert all(link.startswith("https://") for link in tags.links)


@given(_REPORT)
@settings(max_examples=20, deadline=None)
def test_any_text_gives_valid_sarif(report: Report) -> None:
    sarif_schema().validate(json.loads(FORMATS["sarif"](report)))


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []
