"""Plain data as YAML: it reads as the same data, and as people would write it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from secguard.circleci.dump import dump

TEXTS = [
    "",
    " ",
    "a",
    "a b",
    "a  b",
    "a: b",
    "a #b",
    "- a",
    "true",
    "No",
    "y",
    "null",
    "~",
    "1",
    "1.5",
    ".5",
    ".inf",
    ".NaN",
    "1:30",
    "0x1f",
    "2020-01-01",
    "=",
    "<<",
    "<< parameters.x >>",
    "{{ checksum }}",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a`",
    "'a'",
    '"a"',
    "a\\b",
    "~/project",
    "...",
    "---",
    "a\tb",
    "a\n",
    "a\nb",
    "a\n\nb\n",
    "a\nb\n\n",
    " a\nb",
    "\na",
    "a \nb",
    "a\n b\n  c\n",
    "a\n# b",
    "a\r\nb",
    "\x85",
    "a\u2028b",
    "\u202e",
    "\ue000",
    "\U000e0001",
    "größer 😀",
    "\ufeffa",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_reads_as_the_same_text(text: str) -> None:
    for data in (text, [text], {"key": text}, {text: "value"}, [[text]], [{"key": [text]}]):
        assert yaml.safe_load(dump(data)) == data


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text(max_size=20)
    | st.text(alphabet="ab \n\t:#-'\"\\.", max_size=20)
    | st.sampled_from(TEXTS)
)
DATA = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(TEXTS), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(DATA)
def test_any_data_reads_as_the_same_data(data: Any) -> None:
    assert yaml.safe_load(dump(data)) == data


def test_a_long_key_reads_as_well() -> None:
    data = {"k" * 5_000: {"a\n" * 600: [1]}}
    assert yaml.safe_load(dump(data)) == data


def test_it_looks_as_people_would_write_it() -> None:
    data = {
        "version": 2,
        "jobs": {
            "a/b": {
                "steps": [
                    "checkout",
                    {"run": {"name": "say: it", "command": "set -e\n\nmake all\n"}},
                    {"save_cache": {"key": "v1-{{ .Branch }}", "paths": ["~/x", "y z"]}},
                ],
                "empty": [],
                "nothing": None,
                "on": True,
            }
        },
    }
    assert dump(data) == (
        "version: 2\n"
        "jobs:\n"
        "  a/b:\n"
        "    steps:\n"
        "      - checkout\n"
        "      - run:\n"
        '          name: "say: it"\n'
        "          command: |\n"
        "            set -e\n"
        "\n"
        "            make all\n"
        "      - save_cache:\n"
        "          key: v1-{{ .Branch }}\n"
        "          paths:\n"
        '            - "~/x"\n'
        "            - y z\n"
        "    empty: []\n"
        "    nothing: null\n"
        '    "on": true\n'
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_nothing_that_is_not_printable_comes_out(text: str) -> None:
    assert all(char.isprintable() or char in "\n\t" for char in dump({"key": text}))
